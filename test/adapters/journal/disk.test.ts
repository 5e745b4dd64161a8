import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { DiskJournal } from "../../../lib/adapters/journal/disk/journal.js";
import { journalContract } from "../../contracts/journal.js";

const folder = mkdtempSync(join(tmpdir(), "fanout-journal-"));
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
journalContract(() =>
  DiskJournal.open(join(folder, `journal-${made++}`), {
    onFailure(error) {
      throw error;
    },
  }),
);
