import { crc32 } from "node:zlib";
import { BLOCK_HEADER, BLOCK_MAGIC, RECORD, UTF_8, UTF_16 } from "./block-format.js";

/** Most bytes of the beginning of an event, without its time. */
const EVENT_BYTES = 40;

/** Half of a pair that is alone, which UTF-8 has no bytes for. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * A block while it is filled: numbers go into bytes, all text into one string, which is encoded once. Text that has been
 * written before in the same block is referred to. Nothing refers to another block, so each can be read by itself.
 */
export class BlockWriter {
  #bytes = new Uint8Array(1 << 17);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #markLength = 0;
  #markText = "";
  #markTime = 0;
  #text = "";
  #time = 0;
  readonly #names = new Map<string, number>();
  /** Changes with each block: what was said of positions and numbers in an earlier one holds no more. */
  epoch = 1;

  /** Bytes so far, about. */
  get size(): number {
    return this.#length + this.#text.length;
  }

  /** Where the next new text will be. */
  get position(): number {
    return this.#text.length;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow();
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2^53. */
  varint(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow();
    this.#length = put(this.#bytes, this.#length, value);
  }

  /** The beginning of an event, whose members follow. */
  event(thread: number, shape: number, id: number, back: number, time: number): void {
    if (this.#length + EVENT_BYTES > this.#bytes.length) this.#grow();
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = RECORD.event;
    at = put(bytes, at, thread);
    at = put(bytes, at, shape);
    at = put(bytes, at, id);
    at = put(bytes, at, back);
    this.#length = at;
    this.time(time);
  }

  /** Remembers how far the block is, for one `rewind`. */
  mark(): void {
    this.#markLength = this.#length;
    this.#markText = this.#text;
    this.#markTime = this.#time;
  }

  /** Takes back what was written since `mark`. */
  rewind(): void {
    this.#length = this.#markLength;
    this.#text = this.#markText;
    this.#time = this.#markTime;
    for (const [name, position] of this.#names) if (position >= this.#text.length) this.#names.delete(name);
  }

  double(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow();
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** A time, which is often that of the record before it. */
  time(value: number): void {
    if (value === this.#time) return this.byte(0);
    this.#time = value;
    this.byte(1);
    this.double(value);
  }

  /** Text that is not to be looked for again. */
  text(value: string): void {
    this.byte(0);
    this.varint(value.length);
    this.#text += value;
  }

  /** Text that was written at `position` in this block. */
  again(position: number, length: number): void {
    this.varint(this.#text.length - position);
    this.varint(length);
  }

  /** Text of which there are few: the names of states, functions, roles. */
  name(value: string): void {
    const position = this.#names.get(value);
    if (position !== undefined) return this.again(position, value.length);
    // Empty text has no place to be referred to.
    if (value !== "") this.#names.set(value, this.#text.length);
    this.text(value);
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  /** The block as it is written, and an empty one begins. */
  seal(): Buffer {
    const text = this.#text;
    const utf8 = Buffer.byteLength(text);
    const plain = utf8 === text.length || !LONE_SURROGATE.test(text);
    const size = plain ? utf8 : text.length * 2;
    const block = Buffer.allocUnsafe(BLOCK_HEADER + this.#length + size);
    block.writeUInt32LE(BLOCK_MAGIC, 0);
    block.writeUInt32LE(block.length, 4);
    block[12] = plain ? UTF_8 : UTF_16;
    block.writeUInt32LE(this.#length, 13);
    block.set(this.#bytes.subarray(0, this.#length), BLOCK_HEADER);
    block.write(text, BLOCK_HEADER + this.#length, plain ? "utf8" : "utf16le");
    block.writeUInt32LE(crc32(block.subarray(12)), 8);
    this.#length = 0;
    this.#text = "";
    this.#time = 0;
    this.#names.clear();
    this.epoch += 1;
    return block;
  }
}

/** Puts a whole number at a place, seven bits a byte, the lowest first. Gives the place behind it. */
function put(bytes: Uint8Array, place: number, value: number): number {
  let at = place;
  let rest = value;
  while (rest > 0x7fffffff) {
    bytes[at++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest > 127) {
    bytes[at++] = (rest & 127) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}
