import type { FileMetaData, SchemaElement, SchemaTree } from "hyparquet";
import { expect, test } from "vitest";
import { formatOf, isText, parsers, withoutTypes } from "../../../lib/run/read/parquet-text.js";

const metadata = (schema: SchemaElement[]) => ({ schema, row_groups: [] }) as unknown as FileMetaData;
const leaf = (element: Partial<SchemaElement>, children: SchemaTree[] = []): SchemaTree => ({
  element: { name: "x", ...element },
  children,
  count: 1,
  path: ["x"],
});

test("lists and maps that only their logical type tells of are marked for the decoder, and values are left raw", () => {
  const { schema } = withoutTypes(
    metadata([
      { name: "root", num_children: 2 },
      { name: "l", num_children: 1, logical_type: { type: "LIST" } },
      { name: "t", type: "BYTE_ARRAY", logical_type: { type: "STRING" } },
      { name: "d", type: "INT32", converted_type: "DATE", logical_type: { type: "DATE" } },
    ]),
  );
  expect(schema.map(({ converted_type }) => converted_type)).toEqual([undefined, "LIST", "UTF8", undefined]);
  expect(schema[3]).toEqual({ name: "d", type: "INT32" });
});

test("a list is written as one in either spelling", () => {
  const item = leaf({ name: "element", type: "INT32" });
  const list = leaf({ name: "list", repetition_type: "REPEATED" }, [item]);
  expect(formatOf(leaf({ logical_type: { type: "LIST" } }, [list]))([1, null])).toBe("[1,null]");
  expect(formatOf(leaf({ converted_type: "LIST" }, [list]))([])).toBe("[]");
  expect(formatOf(leaf({ type: "INT32", repetition_type: "REPEATED" }))([1, 2])).toBe("[1,2]");
});

test("JSON keeps the digits of its numbers, on one line, and has to be JSON", () => {
  const format = formatOf(leaf({ type: "BYTE_ARRAY", converted_type: "JSON" }));
  const stored = (text: string) => parsers.stringFromBytes?.(Buffer.from(text));
  expect(format(stored('{"n":\n  12345678901234567890}'))).toBe('{"n":12345678901234567890}');
  expect(() => format(stored("{"))).toThrow(SyntaxError);
});

test("keys of a map are strings, whatever they are", () => {
  const entries = (key: Partial<SchemaElement>) =>
    leaf({ name: "key_value", repetition_type: "REPEATED" }, [
      leaf({ name: "key", ...key }),
      leaf({ name: "value", type: "BOOLEAN" }),
    ]);
  const format = (key: Partial<SchemaElement>) => formatOf(leaf({ converted_type: "MAP" }, [entries(key)]));
  expect(format({ type: "INT64" })({ 7: true })).toBe('{"7":true}');
  expect(format({ type: "INT32", converted_type: "DATE" })({ 1: null })).toBe('{"1970-01-02":null}');
  expect(format({ type: "BYTE_ARRAY", converted_type: "UTF8" })({ a: true })).toBe('{"a":true}');
});

test("only what is text and stands alone is the inside of a string", () => {
  expect(isText(leaf({ type: "BYTE_ARRAY", converted_type: "UTF8" }))).toBe(true);
  expect(isText(leaf({ type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REPEATED" }))).toBe(false);
  expect(isText(leaf({ type: "BYTE_ARRAY" }))).toBe(false);
});
