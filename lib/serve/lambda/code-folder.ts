import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { invalidParameter } from "./api-error.js";
import { unzip } from "./unzip.js";

/** The code of one revision of a function on disk. */
export class UnpackedCode {
  readonly #folder: string;
  readonly #uses: Promise<void>[] = [];
  /** Base64 of the SHA-256 of the zip. */
  readonly sha256: string;
  /** Bytes of the zip. */
  readonly size: number;

  constructor(folder: string, zip: Uint8Array) {
    this.#folder = folder;
    this.sha256 = createHash("sha256").update(zip).digest("base64");
    this.size = zip.length;
  }

  /** Where the files are. */
  get directory(): string {
    return join(this.#folder, "code");
  }

  /** The zip as it came. */
  get package(): string {
    return join(this.#folder, "package.zip");
  }

  /** It must not be deleted before this. */
  usedUntil(end: Promise<void>): void {
    this.#uses.push(end);
  }

  /** Deletes it when it is not used any more. Never rejects: what cannot be deleted stays. */
  async delete(): Promise<void> {
    await Promise.all(this.#uses);
    await rm(this.#folder, { recursive: true, force: true }).catch(() => {});
  }
}

/**
 * Where the API unpacks code:
 *
 *     NAME-REVISION/package.zip    as it was uploaded
 *     NAME-REVISION/code/          what is in it
 *     NAME-REVISION/package.json   so that no package.json further up decides what kind of module the code is
 */
export class CodeFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The code that a directory is part of, when an earlier process unpacked it here. */
  find(directory: string): UnpackedCode | undefined {
    const folder = dirname(resolve(directory));
    const zip = join(folder, "package.zip");
    if (dirname(folder) !== resolve(this.#folder) || !existsSync(zip)) return undefined;
    return new UnpackedCode(folder, readFileSync(zip));
  }

  /** Unpacks a zip; it is there whole or not at all. Throws InvalidParameterValueException. */
  async unpack(functionName: string, zip: Uint8Array): Promise<UnpackedCode> {
    if (zip.length === 0) throw invalidParameter("Uploaded file must be a non-empty zip");
    const name = `${functionName}-${randomUUID().slice(0, 13)}`;
    const draft = join(this.#folder, `.${name}`);
    const folder = join(this.#folder, name);
    try {
      await mkdir(join(draft, "code"), { recursive: true });
      await writeFile(join(draft, "package.json"), "{}\n");
      await writeFile(join(draft, "package.zip"), zip);
      await unzip(zip, join(draft, "code"));
      await rename(draft, folder);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
    return new UnpackedCode(folder, zip);
  }
}
