/**
 * How keys become paths below a bucket's folder, and back. Nearly every key is its own path; what a file system cannot
 * hold is escaped behind `%~`, which is rare enough in real names that folders made by hand read as they are:
 *
 *   `%~XX`        a character that a file name cannot have, or that would be misread (hexadecimal code)
 *   `%~`          alone: an empty segment, as in `a//b` or in the "folder" key `a/`
 *   `text%~`      as a folder: a segment longer than a file name may be; it goes on below
 *   `name/%~=`    the object `name` itself, where there are also objects below `name/`
 */
const MARK = "%~";

/** File in a folder that holds the object whose key is the folder's own name. */
export const SELF = "%~=";

/** Longest file name, in bytes, of the file systems in use. */
const NAME_BYTES = 255;

/** Characters that cannot be in a name; `%` only where it would make a mark. */
const UNSAFE = process.platform === "win32" ? /[\0-\x1f<>:"\\|?*]|%(?=~)/g : /\0|%(?=~)/g;

/** Path of a key, relative to its bucket's folder, with `/`. Different keys have different paths; none leaves the folder. */
export function pathOfKey(key: string): string {
  return key.split("/").map(pathOfSegment).join("/");
}

/** What a folder entry stands for: part of a segment (`goesOn`) or a whole one. */
export function readName(name: string, isFolder: boolean): { text: string; goesOn: boolean } {
  if (!name.includes(MARK)) return { text: name, goesOn: false };
  const goesOn = isFolder && name !== MARK && name.endsWith(MARK);
  const escaped = name.endsWith(MARK) ? name.slice(0, -MARK.length) : name;
  const text = escaped.replace(/%~([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { text, goesOn };
}

/** False for names that no key has, such as those of temporary files. */
export function isPathOfKey(path: string, key: string): boolean {
  return !path.includes(MARK) || pathOfKey(key) === path;
}

function pathOfSegment(segment: string): string {
  if (segment === "") return MARK;
  if (segment === "." || segment === "..") return segment.replaceAll(".", escapeCharacter);
  const name = segment.replace(UNSAFE, escapeCharacter);
  return Buffer.byteLength(name) <= NAME_BYTES ? name : splitName(name);
}

function escapeCharacter(character: string): string {
  return MARK + character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
}

/** Cuts a name that is too long into folders, never inside a character or an escape. */
function splitName(name: string): string {
  const pieces: string[] = [];
  let piece = "";
  let room = NAME_BYTES - MARK.length;
  for (const unit of name.match(/%~[0-9A-F]{2}|[\s\S]/gu) ?? []) {
    const size = Buffer.byteLength(unit);
    if (size > room) {
      pieces.push(piece + MARK);
      piece = "";
      room = NAME_BYTES - MARK.length;
    }
    piece += unit;
    room -= size;
  }
  return [...pieces, piece].join("/");
}
