// Draws places as dots of a world map, in an equirectangular projection.

/** The map begins in the Bering Strait, so that no country is cut in two. */
const WEST = -169;
const NORTH = 78;
const SOUTH = -56;
/** A cell of the terminal is a braille character of 2 by 4 dots: its bits, row by row from the top left. */
const BITS = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];
const BRAILLE = 0x2800;

/**
 * Lines of the map, `columns` wide. Places beyond its northern and southern ends are left out.
 * @param {Iterable<{ lat: number, lon: number, km: number }>} places
 * @param {{
 *   columns: number,
 *   marks?: readonly { lat: number, lon: number, mark: string }[],
 *   paint?: (text: string, km: number) => string,
 * }} options `marks` are single characters put in the place of dots; `paint` colours a cell by the mean km of its places
 */
export function worldMap(places, { columns, marks = [], paint = (text) => text }) {
  const dotsAcross = columns * 2;
  // A dot is about as high as it is wide, and covers as many degrees each way.
  const dotsPerDegree = dotsAcross / 360;
  const rows = Math.ceil(((NORTH - SOUTH) * dotsPerDegree) / 4);
  const cells = Array.from({ length: rows * columns }, () => ({ bits: 0, places: 0, km: 0, mark: "" }));

  const locate = ({ lat, lon }) => {
    const x = Math.min(Math.floor(((lon - WEST + 360) % 360) * dotsPerDegree), dotsAcross - 1);
    const y = Math.floor((NORTH - lat) * dotsPerDegree);
    return { at: Math.floor(y / 4) * columns + Math.floor(x / 2), bit: BITS[(y % 4) * 2 + (x % 2)] };
  };
  for (const place of places) {
    const { at, bit } = locate(place);
    const cell = cells[at];
    if (cell === undefined) continue;
    cell.bits |= bit;
    cell.places += 1;
    cell.km += place.km;
  }
  for (const { mark, ...position } of marks) {
    const { at } = locate(position);
    // Neighbours may share a cell; then the later one stands beside it.
    const cell = [cells[at], cells[at - 1], cells[at + 1]].find((each) => each?.mark === "");
    if (cell !== undefined) cell.mark = mark;
  }

  const draw = ({ bits, places, km, mark }) => {
    if (bits === 0 && mark === "") return " ";
    return paint(
      mark === "" ? String.fromCodePoint(BRAILLE + bits) : mark,
      places === 0 ? Number.POSITIVE_INFINITY : km / places,
    );
  };
  const line = (row) =>
    cells
      .slice(row * columns, (row + 1) * columns)
      .map(draw)
      .join("");
  return Array.from({ length: rows }, (_, row) => line(row).trimEnd());
}
