import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCall, decodeOutcome, encodeCall, encodeOutcome } from "../../../lib/adapters/invoke/protocol.js";
import type { InvocationOutcome } from "../../../lib/run/ports.js";

const json = fc.jsonValue({ stringUnit: "binary" });
/** JSON as people and programs write it: on one line, or spread over many. */
const text = fc
  .tuple(json, fc.constantFrom(undefined, 2, "\t"))
  .map(([value, space]) => JSON.stringify(value, null, space));
const id = fc.uuid();

describe("a call", () => {
  it("is one line and comes back the same", () => {
    fc.assert(
      fc.property(text, fc.option(text, { nil: undefined }), fc.option(id), (payload, clientContext, requestId) => {
        const listener = requestId === null ? {} : { requestId, onLog: () => {} };
        const line = encodeCall({ functionName: "f", payload, clientContext, ...listener });
        expect(line).not.toContain("\n");
        const call = decodeCall(line ?? "");
        expect(JSON.parse(call.payload)).toEqual(JSON.parse(payload));
        expect(call.clientContext && JSON.parse(call.clientContext)).toEqual(
          clientContext && JSON.parse(clientContext),
        );
        expect(call.requestId).toBe(requestId ?? undefined);
        expect(call.listened).toBe(requestId !== null);
      }),
    );
  });

  it("on one line keeps its text", () => {
    expect(encodeCall({ functionName: "f", payload: '{ "a" : 1e2 }' })).toBe('{ "a" : 1e2 }');
  });

  it.each(["@", "@1", "[\n", '"a\nb"'])("with the payload %j has no line", (payload) => {
    expect(encodeCall({ functionName: "f", payload })).toBeUndefined();
  });
});

describe("an outcome", () => {
  it("is one line and comes back the same from between its neighbours", () => {
    const outcome: fc.Arbitrary<Exclude<InvocationOutcome, { kind: "timedOut" }>> = fc.oneof(
      json.map((value) => ({ kind: "returned" as const, payload: JSON.stringify(value) })),
      fc.tuple(fc.string({ unit: "binary" }), json).map(([errorType, errorMessage]) => {
        return { kind: "threw" as const, errorType, document: JSON.stringify({ errorType, errorMessage }) };
      }),
      fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })).map(([error, cause]) => {
        return { kind: "refused" as const, error, cause };
      }),
    );
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1 }), (outcomes) => {
        const lines = outcomes.map(encodeOutcome);
        const joined = lines.join("\n");
        let start = 0;
        const decoded = lines.map((line) => {
          const end = start + line.length;
          const result = decodeOutcome(joined, start, end);
          start = end + 1;
          return result;
        });
        expect(lines.filter((line) => line.includes("\n"))).toEqual([]);
        expect(decoded).toEqual(outcomes);
      }),
    );
  });
});
