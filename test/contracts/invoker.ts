import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { functionTable } from "../../lib/adapters/invoke/functions.js";
import { mutableFunctionTable } from "../../lib/adapters/invoke/mutable-functions.js";
import type {
  CallFigures,
  LocalInvocation,
  LocalInvoker,
  LocalInvokerOptions,
} from "../../lib/adapters/invoke/options.js";
import type { FunctionDefinition } from "../../lib/definition/application.js";
import type { Invocation, InvocationOutcome } from "../../lib/run/ports.js";

const REGION = "eu-west-1";
const ACCOUNT = "123456789012";
const HANDLERS = "test/fixtures/functions/handlers.ts";

/** A function of the fixtures, named after its handler. */
export function fixture(handler: string, overrides: Partial<FunctionDefinition> = {}): FunctionDefinition {
  const name = overrides.name ?? handler;
  return {
    name,
    arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
    code: { kind: "module", path: HANDLERS },
    handler,
    environment: {},
    memoryMB: 256,
    ...overrides,
  };
}

export type MakeInvoker = (options: LocalInvokerOptions) => LocalInvoker;

/** Makes invokers for the tests of a file and closes them after each test. */
export function invokerMaker(make: MakeInvoker) {
  const open: LocalInvoker[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((invoker) => invoker.close()));
  });
  return (definitions: readonly FunctionDefinition[], options: Partial<LocalInvokerOptions> = {}) => {
    const invoker = make({ functions: functionTable(definitions), region: REGION, account: ACCOUNT, ...options });
    open.push(invoker);
    return invoker;
  };
}

/** Calls as fast as there is room; gives the outcomes in the order of the calls. Fails when one is answered twice. */
export function callAll(invoker: LocalInvoker, calls: readonly Invocation[]): Promise<InvocationOutcome[]> {
  const places = new Map(calls.map((call, index) => [call, index]));
  const outcomes: InvocationOutcome[] = new Array(calls.length);
  let sent = 0;
  return new Promise((resolve, reject) => {
    const push = () => {
      while (sent < calls.length && invoker.room > 0) invoker.invoke(calls[sent++] as Invocation);
    };
    invoker.onRoom = push;
    invoker.onOutcome = (call, outcome) => {
      const index = places.get(call);
      if (index === undefined || !places.delete(call)) return reject(new Error(`answered twice: ${call.payload}`));
      outcomes[index] = outcome;
      if (places.size === 0) resolve(outcomes);
    };
    push();
  });
}

export async function callOne(
  invoker: LocalInvoker,
  functionName: string,
  event: unknown,
  more: Partial<Invocation> = {},
): Promise<InvocationOutcome> {
  const [outcome] = await callAll(invoker, [{ functionName, payload: JSON.stringify(event), ...more }]);
  return outcome as InvocationOutcome;
}

export function returned(value: unknown): InvocationOutcome {
  return { kind: "returned", payload: JSON.stringify(value) };
}

/** The error document of an outcome that must be one. */
export function documentOf(outcome: InvocationOutcome): Record<string, unknown> {
  if (outcome.kind !== "threw") throw new Error(`expected an error, got ${JSON.stringify(outcome)}`);
  const document = JSON.parse(outcome.document) as Record<string, unknown>;
  expect(document["errorType"]).toBe(outcome.errorType);
  return document;
}

/** What every Invoker that runs handlers on this machine must do. */
export function describeInvoker(name: string, make: MakeInvoker): void {
  describe(`${name} keeps the contract of an invoker:`, () => {
    const open = invokerMaker(make);

    describe("results", () => {
      it.each([
        ["echo", { a: [1, "ü", null] }, { a: [1, "ü", null] }],
        ["returnsValue", 7, { event: 7 }],
        ["returnsNothing", {}, null],
        ["callsBack", { a: 1 }, { event: { a: 1 } }],
      ])("%s(%j) returns %j", async (handler, event, result) => {
        expect(await callOne(open([fixture(handler)]), handler, event)).toEqual(returned(result));
      });

      it("hands every JSON value there and back unchanged", async () => {
        const invoker = open([fixture("echo")]);
        await fc.assert(
          fc.asyncProperty(fc.array(fc.jsonValue({ stringUnit: "binary" }), { minLength: 1 }), async (events) => {
            const payloads = events.map((event) => JSON.stringify(event));
            const outcomes = await callAll(
              invoker,
              payloads.map((payload) => ({ functionName: "echo", payload })),
            );
            expect(outcomes).toEqual(payloads.map((payload) => ({ kind: "returned", payload })));
          }),
          { numRuns: 50 },
        );
      });

      it("takes payloads with line breaks between their tokens", async () => {
        const payload = '{\n  "text": "one\\ntwo",\r\n\t"sep": "\u2028\u2029"\n}\n';
        const [outcome] = await callAll(open([fixture("echo")]), [{ functionName: "echo", payload }]);
        expect(outcome).toEqual(returned({ text: "one\ntwo", sep: "\u2028\u2029" }));
      });

      it("carries payloads of some megabytes", async () => {
        const event = { text: "é".repeat(2_000_000) };
        expect(await callOne(open([fixture("echo")]), "echo", event)).toEqual(returned(event));
      });

      it("answers 10,000 calls, each once and with its own result", async () => {
        const calls = Array.from({ length: 10_000 }, (_, id) => ({ functionName: "echo", payload: `{"id":${id}}` }));
        const invoker = open([fixture("echo")]);
        const outcomes = await callAll(invoker, calls);
        expect(outcomes).toEqual(calls.map(({ payload }) => ({ kind: "returned", payload })));
        expect(invoker.inFlight).toBe(0);
      });

      it("answers calls of several functions, good and bad ones mixed", async () => {
        const invoker = open([fixture("echo"), fixture("throwsError"), fixture("returnsValue")]);
        const names = ["echo", "throwsError", "returnsValue", "nowhere"];
        const calls = Array.from({ length: 400 }, (_, index) => ({
          functionName: names[index % 4] as string,
          payload: index % 12 === 0 ? "{oops" : '{"message":"no"}',
        }));
        const kinds = (await callAll(invoker, calls)).map((outcome) => outcome.kind);
        const expected = ["returned", "threw", "returned", "refused"];
        expect(kinds).toEqual(calls.map((_, index) => (index % 12 === 0 ? "refused" : expected[index % 4])));
      });
    });

    describe("errors of handlers", () => {
      it("makes the document of an error: type, message and trace, in this order", async () => {
        const document = documentOf(await callOne(open([fixture("throwsError")]), "throwsError", { message: "bad" }));
        expect(Object.keys(document)).toEqual(["errorType", "errorMessage", "trace"]);
        expect(document).toMatchObject({ errorType: "ShapeError", errorMessage: "bad" });
        const trace = document["trace"] as string[];
        expect(trace[0]).toBe("ShapeError: bad");
        expect(trace.slice(1)).not.toEqual([]);
        expect(trace.filter((line) => line.includes("adapters/invoke"))).toEqual([]);
      });

      it.each([
        ["throwsAtOnce", {}, "TypeError", "at once"],
        ["throwsText", {}, "string", "only text"],
        ["throwsNothing", {}, "string", "handled"],
        ["callsBack", { fail: "called back" }, "Error", "called back"],
        ["returnsCycle", {}, "Error", "Unable to stringify response body"],
      ])("%s(%j) fails as %s: %s", async (handler, event, errorType, errorMessage) => {
        const document = documentOf(await callOne(open([fixture(handler)]), handler, event));
        expect(document).toMatchObject({ errorType, errorMessage });
      });

      it("refuses a result of more than 6 MB", async () => {
        const invoker = open([fixture("returnsLarge")]);
        expect((await callOne(invoker, "returnsLarge", { length: 6_291_554 })).kind).toBe("returned");
        const document = documentOf(await callOne(invoker, "returnsLarge", { length: 6_291_555 }));
        expect(document).toEqual({
          errorType: "Function.ResponseSizeTooLarge",
          errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        });
      });

      it.each([
        [3, "Runtime exited with error: exit status 3"],
        [0, "Runtime exited without providing a reason"],
      ])("ends the call that calls process.exit(%i)", async (code, reason) => {
        const invoker = open([fixture("exits")]);
        const document = documentOf(await callOne(invoker, "exits", { code }));
        expect(document["errorType"]).toBe("Runtime.ExitError");
        expect(document["errorMessage"]).toMatch(new RegExp(`^RequestId: [0-9a-f-]{36} Error: ${reason}$`));
        expect(await callOne(invoker, "exits", {})).toEqual(returned("stayed"));
      });
    });

    describe("functions that cannot be called", () => {
      it("refuses a function that does not exist", async () => {
        const outcome = await callOne(open([]), "nowhere", {});
        expect(outcome).toMatchObject({ kind: "refused", error: "Lambda.ResourceNotFoundException" });
        expect(outcome).toHaveProperty(
          "cause",
          expect.stringMatching(
            /^Function not found: arn:aws:lambda:eu-west-1:123456789012:function:nowhere:\$LATEST \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
          ),
        );
      });

      it("never answers inside the call", async () => {
        const invoker = open([fixture("echo")]);
        let inside = true;
        const early: Invocation[] = [];
        const done = new Promise<void>((resolve) => {
          invoker.onOutcome = (call) => {
            if (inside) early.push(call);
            if (invoker.inFlight === 0) resolve();
          };
        });
        for (const functionName of ["nowhere", "echo"]) invoker.invoke({ functionName, payload: "{}" });
        invoker.invoke({ functionName: "echo", payload: "no JSON" });
        inside = false;
        await done;
        expect(early).toEqual([]);
      });

      it.each(["", "{", "@{}", "{}{}", "{\n", "[1\n2]"])("refuses the payload %j alone", async (payload) => {
        const calls = ["1", payload, "2"].map((each) => ({ functionName: "echo", payload: each }));
        const [before, outcome, after] = await callAll(open([fixture("echo")]), calls);
        expect(outcome).toMatchObject({ kind: "refused", error: "Lambda.InvalidRequestContentException" });
        expect([before, after]).toEqual([returned(1), returned(2)]);
      });

      it("fails every call of a handler that is not exported", async () => {
        const invoker = open([fixture("absent")]);
        const calls = Array.from({ length: 5 }, () => ({ functionName: "absent", payload: "{}" }));
        const types = (await callAll(invoker, calls)).map((outcome) => documentOf(outcome)["errorType"]);
        expect(new Set(types)).toEqual(new Set(["Runtime.HandlerNotFound"]));
      });

      it("says at a probe what is missing and what is there", async () => {
        await expect(open([fixture("absent")]).probe("absent")).rejects.toMatchObject({
          code: "FANOUT_TASK_NOT_FOUND",
          message: expect.stringMatching(/handlers\.ts: there is no export "absent"; it exports .*echo/),
        });
        await expect(open([fixture("notFunction")]).probe("notFunction")).rejects.toMatchObject({
          code: "FANOUT_TASK_NOT_FOUND",
          message: expect.stringContaining("notFunction is not a function"),
        });
        await expect(open([]).probe("nowhere")).rejects.toMatchObject({ code: "FANOUT_TASK_NOT_FOUND" });
      });
    });

    describe("what a handler finds around it", () => {
      it("gets the context of Lambda", async () => {
        const definition = fixture("showsContext", { timeoutSeconds: 30, memoryMB: 512 });
        const more = { clientContext: '{\n"custom": {"a": 1}}' };
        const outcome = await callOne(open([definition]), "showsContext", {}, more);
        const context = JSON.parse(outcome.kind === "returned" ? outcome.payload : "null");
        expect(context).toEqual({
          awsRequestId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
          callbackWaitsForEmptyEventLoop: true,
          clientContext: { custom: { a: 1 } },
          functionName: "showsContext",
          functionVersion: "$LATEST",
          invokedFunctionArn: definition.arn,
          logGroupName: "/aws/lambda/showsContext",
          logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
          memoryLimitInMB: "512",
          remaining: expect.any(Number),
        });
        expect(context.remaining).toBeGreaterThan(0);
        expect(context.remaining).toBeLessThanOrEqual(30_000);
      });

      it("gets the variables of the template, under those of Lambda", async () => {
        const environment = { TABLE: "cities", AWS_LAMBDA_FUNCTION_NAME: "mine" };
        const invoker = open([fixture("showsVariables", { environment, runtime: "nodejs24.x" })]);
        const expected = {
          TABLE: "cities",
          AWS_LAMBDA_FUNCTION_NAME: "showsVariables",
          AWS_REGION: REGION,
          _HANDLER: "showsVariables",
          LAMBDA_TASK_ROOT: resolve("test/fixtures/functions"),
          AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
        };
        const outcome = await callOne(invoker, "showsVariables", Object.keys(expected));
        expect(outcome).toEqual(returned(Object.values(expected)));
        await invoker.close();
        expect(process.env["TABLE"]).toBeUndefined();
      });

      it("has its console in the log, with request id and level", async () => {
        const lines: string[] = [];
        const onLog: LocalInvokerOptions["onLog"] = ({ functionName, requestId, level, message }) => {
          lines.push(`${functionName} ${requestId.length} ${level} ${message}`);
        };
        await callOne(open([fixture("prints")], { onLog }), "prints", { text: "hello" });
        expect(lines).toEqual(["prints 36 INFO said hello", "prints 36 ERROR hello"]);
      });
    });

    it("gives functions the variables of the run, under those of the template, and takes others away", async () => {
      process.env["FANOUT_TEST_ONLY"] = "of this process";
      const environment = {
        FANOUT_TEST_ONLY: undefined,
        FANOUT_TEST_A: "run",
        FANOUT_TEST_B: "run",
        AWS_REGION: "run",
      };
      const definition = fixture("showsVariables", { environment: { FANOUT_TEST_B: "template" } });
      const invoker = open([definition], { environment });
      const names = ["FANOUT_TEST_ONLY", "FANOUT_TEST_A", "FANOUT_TEST_B", "AWS_REGION"];
      expect(await callOne(invoker, "showsVariables", names)).toEqual(returned([null, "run", "template", REGION]));
      await invoker.close();
      expect(process.env["FANOUT_TEST_ONLY"]).toBe("of this process");
      delete process.env["FANOUT_TEST_ONLY"];
    });

    describe("a call with its own listeners", () => {
      const listening = (payload: unknown, more: Partial<LocalInvocation> = {}) => {
        const lines: string[] = [];
        const figures: CallFigures[] = [];
        const requestId = randomUUID();
        const call = (invoker: LocalInvoker) =>
          new Promise<InvocationOutcome>((resolve) => {
            invoker.invoke({
              functionName: "printsId",
              payload: JSON.stringify(payload),
              requestId,
              onOutcome: resolve,
              onLog: (entry) => lines.push(entry.message),
              onFigures: (each) => figures.push(each),
              ...more,
            });
          });
        return { call, lines, figures, requestId };
      };

      it("takes its outcome, log and figures, and nobody else's", async () => {
        const invoker = open([fixture("printsId")]);
        const others: InvocationOutcome[] = [];
        invoker.onOutcome = (_, outcome) => others.push(outcome);
        let roomTold = 0;
        invoker.onRoom = () => roomTold++;
        const all = Array.from({ length: 20 }, (_, id) => listening({ lines: [`${id} a`, `${id} b`] }));
        const outcomes = await Promise.all(all.map(({ call }) => call(invoker)));
        expect(outcomes).toEqual(all.map(({ requestId }) => returned(requestId)));
        expect(all.map(({ lines }) => lines)).toEqual(all.map((_, id) => [`${id} a`, `${id} b`]));
        expect(all.map(({ figures }) => figures.length)).toEqual(all.map(() => 1));
        const figures = all.flatMap((each) => each.figures);
        expect(figures.filter(({ durationMs, memoryBytes }) => durationMs > 0 && memoryBytes > 0)).toEqual(figures);
        expect(figures.some(({ initMs }) => initMs !== undefined)).toBe(true);
        expect(others).toEqual([]);
        expect(roomTold).toBeGreaterThan(0);
      });

      it("keeps its request id when it is ended for running too long", async () => {
        const invoker = open([fixture("waits", { timeoutSeconds: 1 })]);
        const { call, requestId, figures } = listening({ ms: 60_000 }, { functionName: "waits" });
        const document = documentOf(await call(invoker));
        expect(document["errorMessage"]).toBe(`RequestId: ${requestId} Error: Task timed out after 1.00 seconds`);
        expect(figures).toEqual([]);
      });
    });

    describe("a function that is replaced", () => {
      const table = (value: string) => fixture("counts", { name: "f", environment: { VALUE: value } });

      it("is used by the calls that were taken, and the new one by those that follow", async () => {
        const before = fixture("waits", { name: "f" });
        const after = fixture("echo", { name: "f" });
        const functions = mutableFunctionTable([before]);
        const invoker = open([], { functions });
        const call = (count: number) =>
          Array.from({ length: count }, () => ({ functionName: "f", payload: '{"ms":20}' }));
        const first = callAll(invoker, call(1));
        functions.set(after);
        const forgotten = invoker.forget(before);
        expect(await first).toEqual([returned({ waited: 20 })]);
        await forgotten;
        expect(await callAll(invoker, call(3))).toEqual(Array(3).fill(returned({ ms: 20 })));
      });

      it("is refused when it has been deleted, and found when it is there again", async () => {
        const definition = table("1");
        const functions = mutableFunctionTable([definition]);
        const invoker = open([], { functions });
        expect((await callOne(invoker, "f", {})).kind).toBe("returned");
        functions.delete("f");
        await Promise.all([invoker.forget(definition), invoker.forget(definition)]);
        expect((await callOne(invoker, "f", {})).kind).toBe("refused");
        functions.set(table("2"));
        expect((await callOne(invoker, "f", {})).kind).toBe("returned");
      });

      it("is forgotten at once when it never was called or could not be loaded", async () => {
        const broken = fixture("absent");
        const invoker = open([broken]);
        await callOne(invoker, "absent", {});
        await invoker.forget(broken);
        await invoker.forget(table("never"));
      });
    });

    describe("time-outs", () => {
      it("gives up a call after its own time-out and goes on with others", async () => {
        const invoker = open([fixture("waits")]);
        const calls = [
          { functionName: "waits", payload: '{"ms":400}', timeoutMs: 30 },
          { functionName: "waits", payload: '{"ms":1}', timeoutMs: 5000 },
        ];
        expect(await callAll(invoker, calls)).toEqual([{ kind: "timedOut" }, returned({ waited: 1 })]);
        expect(invoker.inFlight).toBe(0);
        // The late result of the first call must not come up as an outcome of a later one.
        expect(await callOne(invoker, "waits", { ms: 2 })).toEqual(returned({ waited: 2 }));
      });

      it("ends a call that runs longer than the function may", async () => {
        const invoker = open([fixture("waits", { timeoutSeconds: 1 })]);
        const document = documentOf(await callOne(invoker, "waits", { ms: 60_000 }));
        expect(document).toEqual({
          errorType: "Sandbox.Timedout",
          errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/),
        });
        expect(await callOne(invoker, "waits", { ms: 1 })).toEqual(returned({ waited: 1 }));
      });
    });

    describe("room, usage and close", () => {
      it("has room at first, and tells when it has room again", async () => {
        const invoker = open([fixture("waits")]);
        expect(invoker.room).toBeGreaterThan(0);
        const calls = Array.from({ length: 30 }, () => ({ functionName: "waits", payload: '{"ms":2}' }));
        await callAll(invoker, calls);
        expect(invoker.room).toBeGreaterThan(0);
        expect(invoker.usage.busyMs).toBeGreaterThan(0);
        expect(invoker.usage.workers).toBeGreaterThan(0);
      });

      it("gives no outcome after close, and can be closed twice", async () => {
        const invoker = open([fixture("waits")]);
        const late: InvocationOutcome[] = [];
        invoker.onOutcome = (_call, outcome) => late.push(outcome);
        invoker.invoke({ functionName: "waits", payload: '{"ms":20}' });
        await invoker.close();
        await invoker.close();
        await new Promise((resolve) => setTimeout(resolve, 60));
        expect(late).toEqual([]);
      });
    });
  });
}
