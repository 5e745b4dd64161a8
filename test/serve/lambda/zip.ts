import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Type and permissions as Unix has them. Default: a plain file, 0644. */
  readonly mode?: number;
  /** What the zip says instead of what is true. */
  readonly claims?: { readonly crc?: number; readonly size?: number };
}

export const EXECUTABLE = 0o100755;
export const LINK = 0o120777;

/** Writes a zip, well-formed or as broken as its entries are. */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content = "", mode = 0o100644, claims = {} } of entries) {
    const data = Buffer.from(content);
    const packed = deflateRawSync(data);
    const fileName = Buffer.from(name);
    const { crc = crc32(data), size = data.length } = claims;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2); // names are UTF-8
    common.writeUInt16LE(8, 4); // deflate
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(fileName.length, 22);
    const file = Buffer.concat([Buffer.from("PK\x03\x04"), common, fileName, packed]);
    const more = Buffer.alloc(14);
    more.writeUInt32LE((mode << 16) >>> 0, 6);
    more.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x03", "latin1"), common, more, fileName]));
    files.push(file);
    at += file.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...files, central, Buffer.from("PK\x05\x06"), end]);
}

/** A package whose `index.handler` is this source, CommonJS. */
export function codeOf(handler: string): Buffer {
  return makeZip([{ name: "index.js", content: `exports.handler = ${handler};` }]);
}
