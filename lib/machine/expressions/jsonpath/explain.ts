import { isObject, type Json } from "../../../json.js";
import { javaText } from "../java-text.js";
import { isDefinite, type Segment, segmentText } from "./segments.js";
import { compileSegments } from "./select.js";

/** The name of the JSON library inside the service that its failure texts show. */
const PROVIDER = "com.jayway.jsonpath.spi.json.JacksonJsonProvider";

/** Why a path found nothing in `value`, in the words of the JSONPath library of the service. */
export function explain(segments: readonly Segment[], value: Json): string {
  let at = value;
  let path = "$";
  for (const [index, segment] of segments.entries()) {
    const text = segmentText(segment);
    const fault = typeFault(segment, at, path);
    if (fault !== null) return fault;
    if (!isDefinite(segment)) break;
    path += text;
    const found = compileSegments([segment])(at, value);
    if (found === undefined) {
      const inner = index < segments.length - 1 && segment.kind === "names";
      return inner ? `Missing property in path ${path}` : `No results for path: $${segments.map(segmentText).join("")}`;
    }
    at = found;
  }
  return `No results for path: $${segments.map(segmentText).join("")}`;
}

/** What is wrong with the kind of value that a segment meets, or null. */
function typeFault(segment: Segment, value: Json, path: string): string | null {
  switch (segment.kind) {
    case "names":
      if (isObject(value)) return null;
      return (
        `Expected to find an object with property ${segmentText(segment)} in path ${path} but found ` +
        `'${javaClass(value)}'. This is not a json object according to the JsonProvider: '${PROVIDER}'.`
      );
    case "indices":
    case "slice":
      if (Array.isArray(value)) return null;
      if (value === null) return `The path ${path} is null`;
      return `Filter: ${segmentText(segment)} can only be applied to arrays. Current context is: ${javaText(value)}`;
    case "filter":
      if (typeof value === "object" && value !== null) return null;
      return `Filter: [?] can not be applied to primitives. Current context is: ${javaText(value)}`;
    default:
      return null;
  }
}

function javaClass(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "java.util.ArrayList";
  if (typeof value === "number") return Number.isInteger(value) ? "java.lang.Integer" : "java.lang.Double";
  return typeof value === "boolean" ? "java.lang.Boolean" : "java.lang.String";
}
