import { XMLParser, XMLValidator } from "fast-xml-parser";
import { S3Error } from "./errors.js";

/** Content of an element: text, children by name (an array: several of that name), or nothing. */
export type Xml = string | number | boolean | undefined | { readonly [name: string]: Xml | readonly Xml[] };

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** A document with one root element. Members that are undefined are left out. */
export function document(root: string, content: Xml, namespace = true): string {
  const attribute = namespace ? ` xmlns="${NAMESPACE}"` : "";
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${render(content)}</${root}>`;
}

function render(content: Xml): string {
  if (content === undefined) return "";
  if (typeof content !== "object") return escapeText(String(content));
  let text = "";
  for (const [name, value] of Object.entries(content)) {
    if (value === undefined) continue;
    for (const one of isList(value) ? value : [value]) text += `<${name}>${render(one)}</${name}>`;
  }
  return text;
}

function isList(value: Xml | readonly Xml[]): value is readonly Xml[] {
  return Array.isArray(value);
}

/** Characters that XML cannot hold are written as references all the same, as S3 does. */
function escapeText(text: string): string {
  return text.replace(/[&<>"\0-\x08\x0b-\x1f\x7f\ufffe\uffff]/g, (character) => {
    if (character === "&") return "&amp;";
    if (character === "<") return "&lt;";
    if (character === ">") return "&gt;";
    if (character === '"') return "&quot;";
    return `&#x${character.charCodeAt(0).toString(16)};`;
  });
}

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  removeNSPrefix: true,
  isArray: () => true,
});

/** An element that was read: its text, or its children by name. */
export class Element {
  readonly #content: unknown;

  constructor(content: unknown) {
    this.#content = content;
  }

  /** Children of that name, in order. */
  all(name: string): Element[] {
    if (typeof this.#content !== "object" || this.#content === null) return [];
    const found = (this.#content as Record<string, unknown>)[name];
    return Array.isArray(found) ? found.map((content) => new Element(content)) : [];
  }

  first(name: string): Element | undefined {
    return this.all(name)[0];
  }

  /** Text of the first child of that name. */
  text(name: string): string | undefined {
    return this.first(name)?.ownText;
  }

  get ownText(): string {
    return typeof this.#content === "string" ? this.#content : "";
  }
}

/** Reads a document whose root must have one of these names; any other text is MalformedXML. */
export function parseDocument(text: string, ...roots: string[]): Element {
  const content = readXml(text);
  for (const root of roots) {
    const element = new Element(content).first(root);
    if (element !== undefined) return element;
  }
  throw new S3Error("MalformedXML");
}

function readXml(text: string): unknown {
  // S3 takes no document type, and without one no entity can grow.
  if (XMLValidator.validate(text) !== true || /<!DOCTYPE/i.test(text)) throw new S3Error("MalformedXML");
  try {
    return parser.parse(text);
  } catch (error) {
    throw new S3Error("MalformedXML", (error as Error).message);
  }
}
