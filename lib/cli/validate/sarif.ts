import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import type { FileDiagnostic, FileFindings } from "./check.js";

/** Findings as a log of the Static Analysis Results Interchange Format, version 2.1.0 (an OASIS standard). */
export function sarifLog(files: readonly FileFindings[], toolVersion: string): object {
  const codes = [...new Set(files.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code)))].sort();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "fanout", version: toolVersion, rules: codes.map(rule) } },
        columnKind: "utf16CodeUnits",
        artifacts: files.map(({ file }) => ({ location: { uri: uriOf(file) } })),
        results: files.flatMap(({ file, diagnostics }, index) =>
          diagnostics.map((diagnostic) => result(file, index, diagnostic, codes.indexOf(diagnostic.code))),
        ),
      },
    ],
  };
}

function rule(id: string): object {
  return { id, shortDescription: { text: sentence(id) } };
}

/** `MISSING_TRANSITION_TARGET` -> `Missing transition target` */
function sentence(code: string): string {
  const words = code
    .replace(/^FANOUT_/, "")
    .replaceAll("_", " ")
    .toLowerCase();
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function result(file: string, index: number, diagnostic: FileDiagnostic, ruleIndex: number): object {
  const { code, severity, message, location, stateMachine, line, column } = diagnostic;
  const name = [stateMachine, location].filter((part) => part !== undefined && part !== "").join(" ");
  return {
    ruleId: code,
    ruleIndex,
    level: severity === "ERROR" ? "error" : "warning",
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file), index },
          ...(line === undefined ? {} : { region: { startLine: line, startColumn: column ?? 1 } }),
        },
        ...(name === "" ? {} : { logicalLocations: [{ fullyQualifiedName: name }] }),
      },
    ],
  };
}

/** Relative paths stay relative: where the log is read, the repository lies elsewhere. */
function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  const path = file.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
  return path.replace(/^\.\//, "");
}
