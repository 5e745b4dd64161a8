// Says what the example found: a map of the world, how far places are from a city of a million, the remotest ones.
import { worldMap } from "./world-map.mjs";

/** Classes of distance in km, from near to far, each with a colour of the 256-colour palette. */
const CLASSES = [
  { to: 50, color: 32 },
  { to: 100, color: 36 },
  { to: 250, color: 70 },
  { to: 500, color: 178 },
  { to: 1_000, color: 208 },
  { to: 2_000, color: 196 },
  { to: Number.POSITIVE_INFINITY, color: 199 },
];
/** People that a place must have to be named: many of the smallest are only a name on a map. */
const TOWN = 1_000;
const LONGEST_LINE = 132;
const SHORTEST_LINE = 60;

const countries = new Intl.DisplayNames("en", { type: "region" });
const number = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/**
 * The report as text.
 * @param {readonly Place[]} places
 * @param {{ columns?: number, color?: boolean }} options
 *
 * @typedef {{ name: string, country: string, population: number, lat: number, lon: number,
 *   nearest: string, nearestCountry: string, km: number, meanKm: number }} Place
 */
export function report(places, { columns = 80, color = false } = {}) {
  const width = Math.max(SHORTEST_LINE, Math.min(columns, LONGEST_LINE)) - 1;
  const paint = (text, km) => (color ? `\x1b[38;5;${classOf(km).color}m${text}\x1b[39m` : text);
  const towns = places.filter(({ population }) => population >= TOWN);
  const remotest = remotestTowns(towns, 9);
  const marks = remotest.map(({ lat, lon }, index) => ({ lat, lon, mark: String(index + 1) }));
  return [
    "",
    ...worldMap(places, { columns: width, marks, paint }),
    "",
    `From ${number.format(places.length)} places to the nearest city of a million`,
    "",
    ...histogram(places, width, paint),
    "",
    "The remotest towns, one a country",
    "",
    ...remotestTable(remotest, width),
    "",
    "The mean distance to everybody who lives in a big city",
    "",
    ...meanTable(towns, width),
    "",
    "Places: GeoNames, CC BY 4.0",
    "",
  ].join("\n");
}

function classOf(km) {
  return CLASSES.find(({ to }) => km < to) ?? CLASSES.at(-1);
}

function histogram(places, width, paint) {
  const counts = new Map(CLASSES.map((each) => [each, 0]));
  for (const { km } of places) counts.set(classOf(km), counts.get(classOf(km)) + 1);
  const most = Math.max(...counts.values());
  return [...counts].map(([each, count], index) => {
    const from = CLASSES[index - 1]?.to ?? 0;
    const label = Number.isFinite(each.to) ? `${from} to ${each.to}` : `over ${from}`;
    const bar = "█".repeat(Math.round((count / most) * (width - 27)));
    const text = `${label.padStart(12)} km ${number.format(count).padStart(8)}`;
    return bar === "" ? text : `${text}  ${paint(bar, from)}`;
  });
}

/** The town of each country that is farthest from a city of a million, of the remotest countries. */
function remotestTowns(towns, count) {
  const ofCountry = new Map();
  for (const town of towns) {
    // What is there has people, but no towns.
    if (town.country === "AQ") continue;
    if (town.km > (ofCountry.get(town.country)?.km ?? -1)) ofCountry.set(town.country, town);
  }
  return [...ofCountry.values()].sort((a, b) => b.km - a.km).slice(0, count);
}

function remotestTable(towns, width) {
  const header = ["#", "town", "country", "people", "km", "nearest city"];
  const rows = towns.map(({ name, country, population, km, nearest, nearestCountry }, index) => {
    const to = `${nearest}, ${countryName(nearestCountry)}`;
    return [String(index + 1), name, countryName(country), number.format(population), number.format(km), to];
  });
  return table([header, ...rows], { right: [0, 3, 4], width });
}

/** Where the mean distance to everybody is shortest, and where longest. */
function meanTable(towns, width) {
  const sorted = towns.toSorted((a, b) => a.meanKm - b.meanKm);
  const ends = [sorted.at(0), sorted.at(-1)].filter((town) => town !== undefined);
  const row = ({ name, country, meanKm }, index) => {
    return [index === 0 ? "shortest" : "longest", `${name}, ${countryName(country)}`, `${number.format(meanKm)} km`];
  };
  return table(ends.map(row), { right: [2], width });
}

function countryName(code) {
  return countries.of(code) ?? code;
}

/** Columns as wide as they need to be; the line is cut where the terminal ends. */
function table(rows, { right, width }) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      right.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
    );
    const line = cells.join("  ").trimEnd();
    return line.length > width ? `${line.slice(0, width - 1)}…` : line;
  });
}
