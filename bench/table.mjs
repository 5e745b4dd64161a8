import { availableParallelism } from "node:os";

/** The rows of a run: what was measured, the figure, the target and whether it was met. */
export class Table {
  #rows = [];

  /**
   * Adds a row of a section of main.mjs. A target is the most (`atMost`) or the least (`atLeast`) that the
   * figure may be; without one the row is there to compare with.
   */
  add(section, what, figure, unit, { atMost, atLeast } = {}) {
    const target = atMost !== undefined ? `<= ${atMost}` : atLeast !== undefined ? `>= ${atLeast}` : "";
    const isMet = figure <= (atMost ?? Infinity) && figure >= (atLeast ?? -Infinity);
    this.#rows.push({ section, what, figure: `${digits(figure)} ${unit}`, target, isMet });
  }

  get isMet() {
    return this.#rows.every(({ isMet }) => isMet);
  }

  text() {
    const width = Math.max(...this.#rows.map(({ what }) => what.length));
    const lines = this.#rows.map(({ what, figure, target, isMet }) => {
      return `${what.padEnd(width)}  ${figure.padStart(18)}  ${target.padEnd(8)}${isMet ? "" : "MISSED"}`;
    });
    return lines.join("\n");
  }

  /** The table of README.md, with columns as wide as the formatter of the repository makes them. */
  markdown() {
    const cells = this.#rows.map(({ section, what, figure, target, isMet }) => {
      const command = `\`--only ${section}\``;
      return [what.trim(), figure, `${target}${isMet ? "" : ", missed"}`, command];
    });
    const all = [["row", "figure", "target", "command"], ...cells];
    const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column].length)));
    const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
    const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
    const [head, ...body] = all.map(line);
    const machine = `Node ${process.versions.node}, ${availableParallelism()} cores, ${process.platform} ${process.arch}.`;
    return [machine, "", head, rule, ...body].join("\n");
  }
}

/** Three digits that say something, no more than two of them after the point. */
function digits(figure) {
  return figure >= 100 ? figure.toFixed(0) : figure.toFixed(2);
}
