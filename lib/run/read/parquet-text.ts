import type { FileMetaData, ParquetParsers, SchemaElement, SchemaTree } from "hyparquet";
import { type Format, kindOf, leafFormat } from "./parquet-leaf.js";

/** Control characters, quotes and backslashes, which a JSON string has to escape. */
const ESCAPED = /["\\\0-\x1f]/;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Leaves of a file that are text are made the inside of a JSON string as they are decoded, once for each entry of a
 * dictionary; all other values stay raw until they are written.
 */
export const parsers: Partial<ParquetParsers> = {
  stringFromBytes(bytes) {
    const text = decoder.decode(bytes);
    return ESCAPED.test(text) ? JSON.stringify(text).slice(1, -1) : text;
  },
  timestampFromNanoseconds: (nanoseconds) => nanoseconds,
};

/**
 * Changes the metadata of a file so that hyparquet decodes what it stores and does not interpret it, but for texts; lists
 * and maps are marked in the older spelling too, which is the one it looks for.
 */
export function withoutTypes(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element): SchemaElement => {
    const { converted_type: _, logical_type: logical, ...rest } = element;
    if (element.num_children !== undefined && element.num_children > 0) {
      if (logical?.type !== "LIST" && logical?.type !== "MAP") return element;
      return { ...element, converted_type: logical.type };
    }
    const kind = kindOf(element);
    return kind === "text" || kind === "json" ? { ...rest, converted_type: "UTF8" } : rest;
  });
  return { ...metadata, schema };
}

/** True for a column whose values are the insides of JSON strings, or null. */
export function isText({ element, children }: SchemaTree): boolean {
  return children.length === 0 && element.repetition_type !== "REPEATED" && kindOf(element) === "text";
}

/** How values of a column are written; `node` is of the schema as the file has it. Throws Error for a type that has no JSON. */
export function formatOf(node: SchemaTree): Format {
  const one = shapeOf(node);
  return node.element.repetition_type === "REPEATED" ? listOf(one) : one;
}

function shapeOf(node: SchemaTree): Format {
  const { element, children } = node;
  if (element.logical_type?.type === "VARIANT") {
    throw new Error(`the column ${element.name} is of the type VARIANT, which has no form as an item`);
  }
  if (children.length === 0) return orNull(leafFormat(element));
  const [inner] = children;
  const type = element.logical_type?.type ?? element.converted_type;
  const isOneRepeated = children.length === 1 && inner?.element.repetition_type === "REPEATED";
  if (type === "LIST" && isOneRepeated && inner.children.length < 2) return listOf(shapeOf(inner.children[0] ?? inner));
  if (type === "MAP" && isOneRepeated && inner.children.length === 2) return mapOf(inner);
  return structOf(children);
}

function listOf(item: Format): Format {
  return orNull((value) => (Array.isArray(value) ? `[${value.map(item).join(",")}]` : item(value)));
}

/** A map is an object; keys that are no text are written as text. */
function mapOf({ children: [keys, values] }: SchemaTree): Format {
  if (keys === undefined || values === undefined) throw new Error("a map without keys or values");
  const [key, value] = [formatOf(keys), formatOf(values)];
  return orNull((map) => {
    const pairs = Object.entries(map as object).map(([name, entry]) => `${quoted(key(name))}:${value(entry)}`);
    return `{${pairs.join(",")}}`;
  });
}

function structOf(children: readonly SchemaTree[]): Format {
  const members = children.map((child) => ({
    name: child.element.name,
    before: `${JSON.stringify(child.element.name)}:`,
    format: formatOf(child),
  }));
  return orNull((struct) => {
    const values = struct as Readonly<Record<string, unknown>>;
    return `{${members.map(({ name, before, format }) => before + format(values[name])).join(",")}}`;
  });
}

function orNull(format: Format): Format {
  return (value) => (value === null || value === undefined ? "null" : format(value));
}

/** Text of JSON as a JSON string, unless it is one. */
export function quoted(text: string): string {
  return text.startsWith('"') ? text : JSON.stringify(text);
}
