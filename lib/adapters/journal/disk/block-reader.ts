import { BLOCK_HEADER, UTF_8 } from "./block-format.js";

/** Reads what a BlockWriter wrote, in the same order. */
export class BlockReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #text: string;
  readonly #end: number;
  #at = BLOCK_HEADER;
  #position = 0;
  #time = 0;

  /** @param block A whole block, checked. */
  constructor(block: Buffer) {
    this.#bytes = block;
    this.#view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    this.#end = BLOCK_HEADER + block.readUInt32LE(13);
    this.#text = block.toString(block[12] === UTF_8 ? "utf8" : "utf16le", this.#end);
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  double(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  time(): number {
    if (this.byte() === 1) this.#time = this.double();
    return this.#time;
  }

  /** The time that was read last. */
  get lastTime(): number {
    return this.#time;
  }

  skipText(): void {
    const back = this.varint();
    const length = this.varint();
    if (back === 0) this.#position += length;
  }

  text(): string {
    const back = this.varint();
    const length = this.varint();
    const from = this.#position - back;
    if (back === 0) this.#position += length;
    return this.#text.slice(from, from + length);
  }
}
