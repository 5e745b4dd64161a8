import type { SchemaElement, SchemaTree } from "hyparquet";

/** A column of a schema that holds values. */
export interface Leaf {
  readonly element: SchemaElement;
  /** Its largest levels: how wide those are written in its pages; 0: not at all. */
  readonly definition: number;
  readonly repetition: number;
}

/** The columns of a schema that hold values, by their paths. */
export function leavesOf(root: SchemaTree): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const visit = ({ path, element, children }: SchemaTree, before: { definition: number; repetition: number }) => {
    const kind = element.repetition_type;
    const definition = before.definition + (kind === "REQUIRED" || path.length === 0 ? 0 : 1);
    const repetition = before.repetition + (kind === "REPEATED" ? 1 : 0);
    if (children.length === 0) leaves.set(JSON.stringify(path), { element, definition, repetition });
    for (const child of children) visit(child, { definition, repetition });
  };
  visit(root, { definition: 0, repetition: 0 });
  return leaves;
}
