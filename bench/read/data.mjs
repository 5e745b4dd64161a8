// The same rows in every format: about 100 bytes each as JSON, of five fields.
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileWriter, parquetWrite } from "hyparquet-writer";

const CITIES = ["Lima", "Oslo", "São Paulo", "Kyoto", "Nairobi", "New Orleans", "Wien", "Perth"];

const row = (id) => ({
  id,
  name: `customer ${(id * 2654435761) % 1_000_003}`,
  city: CITIES[id % CITIES.length],
  joined: `20${10 + (id % 15)}-0${1 + (id % 9)}-1${id % 10}`,
  score: ((id * 48271) % 100_000) / 100,
});

/** Writes `count` rows into a folder: items.jsonl, items.json, items.csv, items.parquet. */
export function writeFiles(folder, count) {
  const lines = (name, first, between, last, text) => {
    const file = openSync(join(folder, name), "w");
    for (let from = 0; from < count; from += 10_000) {
      const texts = Array.from({ length: Math.min(10_000, count - from) }, (_, at) => text(row(from + at)));
      writeSync(file, (from === 0 ? first : between) + texts.join(between));
    }
    writeSync(file, last);
    closeSync(file);
  };
  lines("items.jsonl", "", "\n", "\n", JSON.stringify);
  lines("items.json", "[", ",", "]", JSON.stringify);
  const csv = ({ id, name, city, joined, score }) => `${id},${name},${city},${joined},${score}`;
  lines("items.csv", "id,name,city,joined,score\n", "\n", "\n", csv);
  lines("quoted.csv", "id,name,city,joined,score\n", "\n", "\n", (one) => csv({ ...one, city: `"${one.city}, X"` }));

  const rows = Array.from({ length: count }, (_, id) => row(id));
  const columnData = [
    { name: "id", data: rows.map(({ id }) => id), type: "INT32" },
    ...["name", "city", "joined"].map((name) => ({ name, data: rows.map((one) => one[name]), type: "STRING" })),
    { name: "score", data: rows.map(({ score }) => score), type: "DOUBLE" },
  ];
  parquetWrite({ writer: fileWriter(join(folder, "items.parquet")), columnData, rowGroupSize: 100_000 });
}
