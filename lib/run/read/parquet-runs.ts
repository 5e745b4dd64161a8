import type { PageHeader } from "hyparquet";
import { readVarInt } from "hyparquet/src/thrift.js";
import type { Leaf } from "./parquet-leaves.js";

/** Bytes, and how far they have been read. */
interface PageReader {
  readonly view: DataView;
  offset: number;
}

type V1 = NonNullable<PageHeader["data_page_header"]>;
type V2 = NonNullable<PageHeader["data_page_header_v2"]>;

/** Numbers from the first to before the second. */
type Range = readonly [from: number, to: number];

/** Widest index of a dictionary, in bits. */
const MAX_WIDTH = 32;

/** Widest value that the decoder unpacks right: it has 32 bits at hand, of which up to 8 are of the value before. */
const MAX_PACKED_WIDTH = 24;

const ANY: Range = [0, 2 ** MAX_WIDTH];

/**
 * Checks the runs in a page. The decoder believes them: a run that says to have billions of values, of a page that has
 * ten, would fill the memory, and an index beyond the `dictionary`, which has so many values, would pass for null. A page
 * is unpacked for this once more, which takes little beside decoding it. Throws Error.
 */
export function checkRuns(
  page: Uint8Array,
  { data_page_header: v1, data_page_header_v2: v2, uncompressed_page_size: size }: PageHeader,
  leaf: Leaf,
  dictionary: number,
  unpack: (bytes: Uint8Array, size: number) => Uint8Array,
): void {
  if (v1 !== undefined && (leaf.definition > 0 || leaf.repetition > 0 || hasRuns(v1))) {
    checkV1(unpack(page, size), v1, leaf, dictionary);
  }
  if (v2 === undefined) return;
  const levels = checkLevelsV2(page, v2, leaf);
  if (!hasRuns(v2)) return;
  const values = page.subarray(levels);
  checkValuesV2(v2.is_compressed === false ? values : unpack(values, size - levels), v2, dictionary);
}

function hasRuns({ encoding }: V1 | V2): boolean {
  return encoding === "RLE" || isDictionary(encoding);
}

function isDictionary(encoding: string): boolean {
  return encoding === "PLAIN_DICTIONARY" || encoding === "RLE_DICTIONARY";
}

function checkV1(bytes: Uint8Array, header: V1, { element, definition, repetition }: Leaf, dictionary: number): void {
  const { num_values: count } = header;
  const reader = readerOf(bytes);
  if (repetition > 0) goOver(reader, bitsOf(repetition), count);
  const largest: Range = [definition, definition + 1];
  const values = definition > 0 ? goOver(reader, bitsOf(definition), count, largest) : count;
  if (!hasRuns(header)) return;
  const isBoolean = element.type === "BOOLEAN";
  // The decoder would take one for the other.
  if (isBoolean === isDictionary(header.encoding)) {
    throw new Error(`${header.encoding} is no encoding of ${element.type}`);
  }
  if (isBoolean) {
    goOver(reader, 1, values);
    return;
  }
  const width = reader.view.getUint8(reader.offset++);
  // Without bits all values are the first of the dictionary, and the decoder looks no further.
  if (width === 0) checkFound(Math.min(1, dictionary) * values, values, dictionary);
  else checkFound(goOver(reader, width, values, [0, dictionary], bytes.length), values, dictionary);
}

/** Throws Error unless all indexes have been `found` in the dictionary. */
function checkFound(found: number, count: number, dictionary: number): void {
  if (found < count) throw new Error(`an index is beyond the dictionary, which has ${dictionary} values`);
}

/** The levels come first in such a page, and are never packed. Gives their length. */
function checkLevelsV2(page: Uint8Array, header: V2, { definition, repetition }: Leaf): number {
  const { num_values: count, num_nulls: nulls } = header;
  const { repetition_levels_byte_length: first, definition_levels_byte_length: second } = header;
  const isWhole = nulls >= 0 && nulls <= count && first >= 0 && second >= 0 && first + second <= page.length;
  if (!isWhole) throw new Error("the levels are longer than the page");
  const reader = readerOf(page);
  if (repetition > 0) goOver(reader, bitsOf(repetition), count, undefined, first);
  reader.offset = first;
  if (definition > 0) goOver(reader, bitsOf(definition), count, undefined, second);
  return first + second;
}

function checkValuesV2(bytes: Uint8Array, { num_values, num_nulls, encoding }: V2, dictionary: number): void {
  const reader = readerOf(bytes);
  const count = num_values - num_nulls;
  if (encoding === "RLE") goOver(reader, 1, count);
  else {
    const width = reader.view.getUint8(reader.offset++);
    checkFound(goOver(reader, width, count, [0, dictionary], bytes.length), count, dictionary);
  }
}

/**
 * Goes over `count` values of `width` bits in Parquet's hybrid of runs and bit packing, byte for byte as the decoder
 * does. Gives how many of them are `wanted`. Where no length is given it stands before the data.
 */
function goOver(reader: PageReader, width: number, count: number, wanted = ANY, length?: number): number {
  const { view } = reader;
  const [from, to] = wanted;
  if (width > MAX_WIDTH) throw new Error(`${width} bits are too many for a value`);
  const size = length ?? view.getUint32(reader.offset, true);
  if (length === undefined) reader.offset += 4;
  const start = reader.offset;
  let found = 0;
  for (let seen = 0; seen < count; ) {
    const header = readVarInt(reader);
    if (header & 1) {
      const packed = (header >>> 1) * 8;
      const used = Math.min(packed, count - seen);
      // The last eight may be filled up with what is no value any more.
      if (width === 0 && packed - used > 7) throw tooLong(packed);
      if (reader.offset + (packed / 8) * width > view.byteLength) throw tooLong(packed);
      if (width > MAX_PACKED_WIDTH) throw new Error(`values of ${width} bits are packed`);
      found += countPacked(view, reader.offset, width, used, wanted);
      // A single byte is read even where there is none to be read.
      reader.offset += Math.max(1, (packed / 8) * width);
      seen += used;
    } else {
      const run = header >>> 1;
      if (run > count - seen) throw tooLong(run);
      let value = 0;
      for (let byte = 0; byte < width; byte += 8) value |= view.getUint8(reader.offset++) << byte;
      if (value >>> 0 >= from && value >>> 0 < to) found += run;
      seen += run;
    }
  }
  reader.offset = start + size;
  return found;
}

/** How many of the first packed values are `wanted`; they may have up to MAX_PACKED_WIDTH bits. */
function countPacked(view: DataView, offset: number, width: number, values: number, [from, to]: Range): number {
  if (from === 0 && to >= 2 ** width) return values;
  let found = 0;
  const mask = (1 << width) - 1;
  const last = view.byteLength - 4;
  for (let index = 0; index < values; index++) {
    const bit = index * width;
    const at = offset + (bit >> 3);
    // Numbers with a sign are much the faster here; no value has the bit that the sign is.
    const word = at <= last ? view.getInt32(at, true) : lastBytes(view, at);
    const value = (word >> (bit & 7)) & mask;
    if (value >= from && value < to) found++;
  }
  return found;
}

/** As a number of four bytes, of which some are beyond the end. */
function lastBytes(view: DataView, offset: number): number {
  let word = 0;
  for (let at = view.byteLength - 1; at >= offset; at--) word = (word << 8) | view.getUint8(at);
  return word;
}

function tooLong(run: number): Error {
  return new Error(`a run says to have ${run} values, which are more than there are`);
}

function readerOf({ buffer, byteOffset, byteLength }: Uint8Array): PageReader {
  return { view: new DataView(buffer, byteOffset, byteLength), offset: 0 };
}

/** Bits that numbers up to `largest` have. */
function bitsOf(largest: number): number {
  return 32 - Math.clz32(largest);
}
