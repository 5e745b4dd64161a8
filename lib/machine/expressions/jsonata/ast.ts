/** A node of the syntax tree that the jsonata package makes. Only what is read here is named. */
export interface AstNode {
  readonly type: string;
  readonly value?: unknown;
  readonly [member: string]: unknown;
}

/** The nodes right below a node, through the lists and records that are no nodes themselves. */
function children(node: AstNode): AstNode[] {
  const found: AstNode[] = [];
  for (const [name, value] of Object.entries(node)) {
    if (name !== "signature") collect(value, found);
  }
  return found;
}

function collect(value: unknown, found: AstNode[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
  } else if (isNode(value)) {
    found.push(value);
  } else if (typeof value === "object" && value !== null && !(value instanceof RegExp)) {
    for (const item of Object.values(value)) collect(item, found);
  }
}

function isNode(value: unknown): value is AstNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The nodes of a list member, such as `steps`; empty when there is none. */
export function nodesOf(value: unknown): AstNode[] {
  const found: AstNode[] = [];
  collect(value, found);
  return found;
}

/** The names of all variables and functions that an expression mentions, without `$`. */
export function variableNames(root: AstNode): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: AstNode): void => {
    if (node.type === "variable" && typeof node.value === "string") names.add(node.value);
    for (const child of children(node)) visit(child);
  };
  visit(root);
  return names;
}

/**
 * The first use of an input document, which expressions of the States language do not have: `$`, `$$` or a bare name
 * at the top level. Inside a step of a path or a filter there is a context, so `$` and names are fine there.
 */
export function contextUse(node: AstNode, inContext = false): string | null {
  switch (node.type) {
    case "variable":
      if (node.value === "$") return "$$";
      if (node.value === "" && !inContext) return "$";
      break;
    case "name":
    case "wildcard":
    case "descendant":
      if (!inContext) return String(node.value);
      break;
    case "parent":
      if (!inContext) return "%";
      break;
    // What runs later, with the context of its caller.
    case "lambda":
    case "transform":
      return null;
  }
  for (const [name, value] of Object.entries(node)) {
    for (const [index, child] of nodesOf(value).entries()) {
      const use = contextUse(child, inContext || givesContext(node, name, index));
      if (use !== null) return use;
    }
  }
  return null;
}

/** Members whose expressions are evaluated for each item of something. */
const PER_ITEM = new Set(["stages", "predicate", "group", "terms"]);

function givesContext(node: AstNode, member: string, index: number): boolean {
  return PER_ITEM.has(member) || (node.type === "path" && member === "steps" && index > 0);
}

/** Nodes that can make work or values without end, or more of them than there is data. */
const UNBOUNDED = new Set(["lambda", "transform", "partial", "descendant"]);

/**
 * True when an expression can run much longer than its text and its data are long: it has functions of its own, a
 * range, or goes over data inside going over data. Such an expression is evaluated under a budget.
 */
export function needsBudget(node: AstNode, perItem = false): boolean {
  if (UNBOUNDED.has(node.type) || (node.type === "binary" && node.value === "..")) return true;
  const steps = nodesOf(node.steps);
  if (perItem && node.type === "path" && steps.length > 1 && steps[0]?.type === "variable") return true;
  for (const [name, value] of Object.entries(node)) {
    for (const [index, child] of nodesOf(value).entries()) {
      const plainStep = child.type === "name" && child.stages === undefined;
      const loops = givesContext(node, name, index) && !plainStep && !isLiteralFilter(child);
      if ((loops && perItem) || needsBudget(child, perItem || loops)) return true;
    }
  }
  return false;
}

function isLiteralFilter(node: AstNode): boolean {
  return node.type === "filter" && isNode(node.expr) && node.expr.type === "number";
}
