import { statSync } from "node:fs";
import { relative, sep } from "node:path";
import type { StateMachineSource } from "../../definition/application.js";
import type { StateMachineType } from "../../definition/asl.js";
import { parseText, readText } from "../../definition/load/read.js";
import { loadApplication, loadDocument } from "../../definition/load.js";
import { type Diagnostic, type Locate, locator, placeIn, validate } from "../../definition/validate.js";
import { FanoutError, formatLocation } from "../../errors.js";
import { isObject, type Json, type JsonObject } from "../../json.js";
import { checkExpression } from "../../machine/index.js";

/** A finding and its place in a file. */
export interface FileDiagnostic extends Diagnostic {
  /** Name of the state machine, where the file is a template or belongs to one. */
  readonly stateMachine?: string | undefined;
  /** 1-based; absent for what concerns a file as a whole. */
  readonly line?: number | undefined;
  /** 1-based. */
  readonly column?: number | undefined;
}

/** The findings in one file, in the order of their places. */
export interface FileFindings {
  /** As the user named it, or relative to the working directory. */
  readonly file: string;
  readonly diagnostics: FileDiagnostic[];
}

export interface CheckOptions {
  /** Type of plain definitions, which do not say it. */
  readonly type: StateMachineType;
  /** Text on stdin, for the target `-`. */
  readonly stdin: string;
}

const STDIN = "stdin";

/** Checks state machines in files, templates and CDK assemblies. Nothing is thrown: what cannot be read is a finding. */
export class Checker {
  readonly #options: CheckOptions;
  readonly #files = new Map<string, FileFindings>();
  readonly #texts = new Map<string, string>();
  readonly #locators = new Map<string, Locate>();
  /** How many state machines have been checked. */
  stateMachines = 0;

  constructor(options: CheckOptions) {
    this.#options = options;
  }

  get files(): readonly FileFindings[] {
    const files = [...this.#files.values()];
    for (const { diagnostics } of files) {
      diagnostics.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
    }
    return files;
  }

  /** Checks all that a target holds: a file, a folder, or `-`. */
  check(target: string): void {
    try {
      if (target !== "-" && statSync(target, { throwIfNoEntry: false })?.isDirectory() === true) {
        for (const source of loadApplication(target).stateMachines) this.#checkMachine(source);
      } else this.#checkFile(target === "-" ? STDIN : target);
    } catch (error) {
      if (!(error instanceof FanoutError)) throw error;
      this.#addError(target === "-" ? STDIN : target, error);
    }
  }

  #checkFile(file: string): void {
    const document = parseText(this.#textOf(file), file);
    if (isDefinition(document)) {
      const { type } = this.#options;
      this.stateMachines += 1;
      for (const finding of validate(document, { type, expression: checkExpression })) {
        this.#findingsOf(file).push({ ...finding, ...this.#locate(file)(finding.location) });
      }
    } else for (const source of loadDocument(file, document).stateMachines) this.#checkMachine(source);
    // A file without findings is part of the answer.
    this.#findingsOf(file);
  }

  #checkMachine(source: StateMachineSource): void {
    const { file, name, type, definition } = source;
    this.stateMachines += 1;
    const diagnostics = this.#findingsOf(file);
    for (const finding of validate(definition, { type, expression: checkExpression })) {
      const place = placeIn(this.#locate(file), source, finding.location);
      diagnostics.push({ ...finding, stateMachine: name, ...place });
    }
  }

  #addError(target: string, { code, message, location }: FanoutError): void {
    const { file = target, line, column, path = "" } = location;
    const at = formatLocation(location);
    const text = at === "" ? message : message.slice(at.length + 2);
    this.#findingsOf(file).push({ severity: "ERROR", code, message: text, location: path, line, column });
  }

  #findingsOf(path: string): FileDiagnostic[] {
    const file = shown(path);
    const found = this.#files.get(file) ?? { file, diagnostics: [] };
    this.#files.set(file, found);
    return found.diagnostics;
  }

  #textOf(file: string): string {
    const text = this.#texts.get(file) ?? (file === STDIN ? stdinText(this.#options.stdin) : readText(file));
    this.#texts.set(file, text);
    return text;
  }

  /** Made when the first finding needs a place. */
  #locate(file: string): Locate {
    const locate = this.#locators.get(file) ?? locator(this.#textOf(file));
    this.#locators.set(file, locate);
    return locate;
  }
}

/** True for what is meant as a definition, although something may be missing. */
function isDefinition(document: Json): document is JsonObject {
  return isObject(document) && ("StartAt" in document || "States" in document);
}

function stdinText(text: string): string {
  if (text.trim() !== "") return text.replace(/^\uFEFF/, "");
  throw new FanoutError("FANOUT_FILE_UNREADABLE", "nothing came", { location: { file: STDIN } });
}

/** A path below the working directory as it is seen from there. */
function shown(path: string): string {
  const directory = process.cwd() + sep;
  return path.startsWith(directory) ? relative(directory, path) : path;
}
