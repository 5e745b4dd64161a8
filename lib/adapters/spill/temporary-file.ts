import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Spill, SpillError, type SpillFile } from "../../run/ports.js";

/**
 * Spills into temporary files, each in a folder that only its user may enter. Where the system lets files be removed
 * that are open, they have no name from the start, so that nothing is left however the process ends.
 *
 * @param parent Folder to make them in. Default: the system's folder for temporary files, as it is then.
 */
export function temporarySpill(parent?: string): Spill {
  return {
    async open() {
      const where = parent ?? tmpdir();
      try {
        const folder = await mkdtemp(join(where, "fanout-waiting-"));
        try {
          const handle = await open(join(folder, "results"), "wx+", 0o600);
          await removed(folder);
          return new TemporaryFile(handle, folder, where);
        } catch (error) {
          await removed(folder);
          throw error;
        }
      } catch (error) {
        throw spillError(where, error);
      }
    },
  };
}

class TemporaryFile implements SpillFile {
  readonly #handle: FileHandle;
  readonly #folder: string;
  readonly #where: string;
  #size = 0;
  #closed: Promise<void> | undefined;

  constructor(handle: FileHandle, folder: string, where: string) {
    this.#handle = handle;
    this.#folder = folder;
    this.#where = where;
  }

  async append(chunk: Uint8Array): Promise<number> {
    const position = this.#size;
    try {
      for (let at = 0; at < chunk.length; ) {
        const { bytesWritten } = await this.#handle.write(chunk, at, chunk.length - at, position + at);
        at += bytesWritten;
      }
    } catch (error) {
      throw spillError(this.#where, error);
    }
    this.#size += chunk.length;
    return position;
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const chunk = new Uint8Array(length);
    try {
      for (let at = 0; at < length; ) {
        const { bytesRead } = await this.#handle.read(chunk, at, length - at, position + at);
        if (bytesRead === 0) throw new Error(`the temporary file ends at byte ${position + at}`);
        at += bytesRead;
      }
    } catch (error) {
      throw spillError(this.#where, error);
    }
    return chunk;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#handle.close().catch(() => {});
    await removed(this.#folder);
  }
}

/** Tried again when the file is closed: some systems do not remove what is open. */
async function removed(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}

function spillError(where: string, cause: unknown): SpillError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SpillError(`Results that wait for a slower item cannot be kept in ${where}: ${why}`, { cause });
}
