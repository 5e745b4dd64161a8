import { createHash } from "node:crypto";

/** Bytes of each part but the last. */
const PART_BYTES = 8 * 1024 * 1024;

/** The etag, without quotes, of an object that was uploaded in parts with these MD5s, hexadecimal. */
export function etagOfParts(md5s: readonly string[]): string {
  const hash = createHash("md5");
  for (const md5 of md5s) hash.update(md5, "hex");
  return `${hash.digest("hex")}-${md5s.length}`;
}

/** What S3 would know of an object that is written in one go here, had it been uploaded in parts. */
export class PartDigests {
  readonly #md5s: string[] = [];
  readonly #sizes: number[] = [];
  #hash = createHash("md5");
  #size = 0;

  update(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#size === PART_BYTES) this.#endPart();
      const piece = chunk.subarray(at, at + PART_BYTES - this.#size);
      this.#hash.update(piece);
      this.#size += piece.length;
      at += piece.length;
    }
  }

  /** An object of no bytes has one part as well. */
  end(): { etag: string; parts: readonly { size: number }[] } {
    this.#endPart();
    return { etag: etagOfParts(this.#md5s), parts: this.#sizes.map((size) => ({ size })) };
  }

  #endPart(): void {
    this.#md5s.push(this.#hash.digest("hex"));
    this.#sizes.push(this.#size);
    this.#hash = createHash("md5");
    this.#size = 0;
  }
}
