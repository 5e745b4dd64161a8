/**
 * The journal of a run is a file of blocks. It only grows, and a block is there whole or not at all:
 *
 *     "fanout journal 1\n"
 *     block   0  magic, 4 bytes
 *             4  length of the whole block, 4 bytes, little endian as all numbers
 *             8  CRC-32 of what follows
 *            12  encoding of the text: 0 UTF-8, 1 UTF-16
 *            13  length of the records, 4 bytes
 *            17  records: a byte for the kind of each, then numbers and references into the text
 *             .  text of all records, one after the other
 *     block ...
 */
export const FILE_HEADER = Buffer.from("fanout journal 1\n", "latin1");

export const BLOCK_MAGIC = 0x314a_4f46;
export const BLOCK_HEADER = 17;
export const UTF_8 = 0;
export const UTF_16 = 1;

/** Kinds of records. */
export const RECORD = {
  /** An execution gets a number by which its events name it. */
  thread: 1,
  event: 2,
  mapRun: 3,
  childEnded: 4,
  /** The run is over and its results are where they were wanted. */
  finished: 5,
  /** Items are read from an object. */
  object: 6,
  /** What members the events have that name it by its position among the shapes of the block. */
  shape: 7,
  /** Events of an execution that are recorded in one go: those of a burst of the block, with a text. */
  burst: 8,
  /** The events that bursts have which name it by its position among those of the block. */
  burstShape: 9,
} as const;
