import { createWriteStream } from "node:fs";
import { mkdir, realpath, symlink } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { ApiError, invalidParameter } from "./api-error.js";

/** Bytes of all files together. */
const LARGEST = 262_144_000;
const TYPE = 0o170000;
const DIRECTORY = 0o040000;
const SYMLINK = 0o120000;
const NOT_A_ZIP = "Could not unzip uploaded file. Please check your file, then try to upload again.";
/** Errors of this machine, not of the zip. */
const OWN_FAULTS = new Set(["EACCES", "EDQUOT", "EMFILE", "ENFILE", "ENOSPC", "EPERM", "EROFS"]);

/**
 * Unpacks a zip into an empty directory. Nothing is written outside of it: names that lead out are refused, and so are
 * links that do; links are made last, so that no file is written through one. Throws InvalidParameterValueException.
 */
export async function unzip(zip: Uint8Array, directory: string): Promise<void> {
  try {
    const file = await fromBufferPromise(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength), {
      lazyEntries: true,
      // Checks the names too: none is absolute or leads upwards.
      decodeStrings: true,
      validateEntrySizes: true,
    });
    await unpack(file, directory);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (error instanceof ApiError || OWN_FAULTS.has(code)) throw error;
    const reason = /^(invalid relative path|absolute path|invalid characters).*/.exec((error as Error).message)?.[0];
    throw invalidParameter(reason === undefined ? NOT_A_ZIP : `${NOT_A_ZIP} (${reason})`);
  }
}

async function unpack(file: ZipFile, directory: string): Promise<void> {
  const links: [path: string, target: string][] = [];
  let total = 0;
  let files = 0;
  for await (const entry of file.eachEntry()) {
    total += entry.uncompressedSize;
    if (total > LARGEST) throw invalidParameter(`Unzipped size must be smaller than ${LARGEST} bytes`);
    const path = join(directory, entry.fileName);
    const type = (entry.externalFileAttributes >>> 16) & TYPE;
    if (entry.fileName.endsWith("/") || type === DIRECTORY) {
      await mkdir(path, { recursive: true });
      continue;
    }
    files++;
    await mkdir(dirname(path), { recursive: true });
    if (type === SYMLINK) links.push([path, await readTarget(file, entry)]);
    else await writeEntry(file, entry, path);
  }
  if (files === 0) throw invalidParameter("Uploaded file must be a non-empty zip");
  for (const [path, target] of links) await link(directory, path, target);
}

/** Writes the file of an entry; it can be executed when the zip says so. */
async function writeEntry(file: ZipFile, entry: Entry, path: string): Promise<void> {
  const executable = ((entry.externalFileAttributes >>> 16) & 0o111) !== 0;
  const content = await file.openReadStreamPromise(entry);
  await pipeline(checked(content, entry), createWriteStream(path, { mode: executable ? 0o755 : 0o644 }));
}

/** Content, unless it is not what the zip says it is. */
async function* checked(content: AsyncIterable<Buffer>, entry: Entry): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of content) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32) throw new Error(`${entry.fileName} is not what its checksum says`);
}

async function readTarget(file: ZipFile, entry: Entry): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of checked(await file.openReadStreamPromise(entry), entry)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function link(directory: string, path: string, target: string): Promise<void> {
  // The folder of the link may itself lie behind a link: both ways must stay inside.
  const inside = isInside(await realpath(directory), await realpath(dirname(path)));
  if (!inside || isAbsolute(target) || !isInside(directory, join(dirname(path), target))) {
    throw invalidParameter(`${NOT_A_ZIP} (the link ${relative(directory, path)} leads out of the package)`);
  }
  await symlink(target, path);
}

function isInside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
