/**
 * A JSON text as JSON.stringify would write its value: without blanks, numbers and escapes in one spelling. Throws
 * SyntaxError for what is no JSON.
 *
 * Most texts are written so already, which their characters tell at a fifth of what it takes to parse them, or at half where
 * the text is a slice of another one: hence `whole`, which has it at `start`.
 */
export function compactJson(text: string, whole = text, start = 0): string {
  return isCompact(whole, start, start + text.length) ? text : JSON.stringify(JSON.parse(text));
}

const QUOTE = 0x22;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** Digits of a number that is written as it was read, whatever they are. */
const SAFE_DIGITS = 15;
/** Members of an object whose names are compared each with each. */
const MOST_MEMBERS = 16;

/** Where the names of the members of each open object are; null for an array. */
type Open = number[] | null;

/**
 * Whether a part of a text is compact JSON. False for some that are: with escapes, with long numbers or exponents, with names that
 * are numbers, which an object puts in front, with objects of many members.
 */
function isCompact(text: string, start: number, end: number): boolean {
  const open: Open[] = [];
  let at = start;
  for (;;) {
    // A value begins here.
    const code = text.charCodeAt(at);
    if (code === 0x7b /* { */ || code === 0x5b /* [ */) {
      const isObject = code === 0x7b;
      at += 1;
      if (text.charCodeAt(at) === (isObject ? 0x7d : 0x5d)) at += 1;
      else {
        open.push(isObject ? [] : null);
        if (!isObject) continue;
        at = nameEnd(text, at, open.at(-1) as number[]);
        if (at === -1) return false;
        continue;
      }
    } else {
      at = scalarEnd(text, at, code);
      if (at === -1) return false;
    }
    // A value has ended here: what is around it goes on or ends too.
    for (;;) {
      const around = open.at(-1);
      if (around === undefined) return at === end;
      const next = text.charCodeAt(at++);
      if (next === 0x2c /* , */) {
        if (around === null) break;
        at = nameEnd(text, at, around);
        if (at === -1) return false;
        break;
      }
      if (next !== (around === null ? 0x5d : 0x7d)) return false;
      open.pop();
    }
  }
}

/** The place behind a member's name and colon, or -1. `names` are the places of the names before it, and gets this one. */
function nameEnd(text: string, at: number, names: number[]): number {
  if (text.charCodeAt(at) !== QUOTE) return -1;
  const end = stringEnd(text, at);
  if (end === -1 || text.charCodeAt(end) !== COLON) return -1;
  const first = text.charCodeAt(at + 1);
  if (first >= ZERO && first <= NINE) return -1;
  if (names.length >= MOST_MEMBERS * 2) return -1;
  for (let place = 0; place < names.length; place += 2) {
    const from = names[place] as number;
    if ((names[place + 1] as number) - from === end - at && isSame(text, from, at, end)) return -1;
  }
  names.push(at, end);
  return end + 1;
}

/** Whether a part of a text, from a quote to a quote, stands at another place too. */
function isSame(text: string, other: number, start: number, end: number): boolean {
  let at = start + 1;
  while (at < end && text.charCodeAt(at) === text.charCodeAt(other + at - start)) at += 1;
  return at === end;
}

/** The place behind a value that is neither an object nor an array, or -1. */
function scalarEnd(text: string, at: number, code: number): number {
  if (code === QUOTE) return stringEnd(text, at);
  if (code === MINUS || (code >= ZERO && code <= NINE)) return numberEnd(text, at);
  if (text.startsWith("true", at) || text.startsWith("null", at)) return at + 4;
  return text.startsWith("false", at) ? at + 5 : -1;
}

/** The place behind a string, or -1: for one with escapes too, and for halves of pairs. */
function stringEnd(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code > BACKSLASH && code < 0xd800) continue;
    if (code === QUOTE) return end + 1;
    if (code === BACKSLASH || code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) return -1;
  }
  return -1;
}

/** The place behind a number that is written as JSON.stringify would, or -1. */
function numberEnd(text: string, start: number): number {
  const from = text.charCodeAt(start) === MINUS ? start + 1 : start;
  let at = digitsEnd(text, from);
  const whole = at - from;
  if (whole === 0 || (text.charCodeAt(from) === ZERO && (whole > 1 || from > start))) return -1;
  let digits = whole;
  if (text.charCodeAt(at) === 0x2e /* . */) {
    const end = digitsEnd(text, at + 1);
    digits += end - at - 1;
    // Small ones get an exponent.
    if (end === at + 1 || text.charCodeAt(end - 1) === ZERO || (text.charCodeAt(from) === ZERO && end - at > 6))
      return -1;
    at = end;
  }
  const after = text.charCodeAt(at);
  return digits > SAFE_DIGITS || after === 0x65 /* e */ || after === 0x45 /* E */ ? -1 : at;
}

function digitsEnd(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) at += 1;
  return at;
}
