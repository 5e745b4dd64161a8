import type { Json } from "../../../json.js";

/** Tells whether an item passes a filter. `root` is what `$` is inside the filter. */
export type FilterTest = (item: Json, root: Json) => boolean;

/** One step of a JSONPath. */
export type Segment =
  /** `.a`, `['a']`, `['a','b']`. */
  | { readonly kind: "names"; readonly names: readonly string[] }
  /** `[0]`, `[-1]`, `[0,2]`. */
  | { readonly kind: "indices"; readonly indices: readonly number[] }
  /** `[1:3]`, `[1:]`, `[:3]`. */
  | { readonly kind: "slice"; readonly from: number | null; readonly to: number | null }
  /** `.*`, `[*]`. */
  | { readonly kind: "wildcard" }
  /** `..`: the segment after it is applied at every depth. */
  | { readonly kind: "scan" }
  /** `[?(...)]`. */
  | { readonly kind: "filter"; readonly test: FilterTest }
  /** `.length()`, always last. */
  | { readonly kind: "call"; readonly name: string };

/** True when the segment leads to at most one value. Names in a union are merged into one object. */
export function isDefinite(segment: Segment): boolean {
  switch (segment.kind) {
    case "names":
    case "call":
      return true;
    case "indices":
      return segment.indices.length === 1;
    default:
      return false;
  }
}

/** The normalised text of a segment, as failures show it. */
export function segmentText(segment: Segment): string {
  switch (segment.kind) {
    case "names":
      return `[${segment.names.map((name) => `'${name}'`).join(",")}]`;
    case "indices":
      return `[${segment.indices.join(",")}]`;
    case "slice":
      return `[${segment.from ?? ""}:${segment.to ?? ""}]`;
    case "wildcard":
      return "[*]";
    case "scan":
      return "..";
    case "filter":
      return "[?]";
    case "call":
      return `.${segment.name}()`;
  }
}
