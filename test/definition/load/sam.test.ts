import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadApplication, selectStateMachine } from "../../../lib/definition/load.js";

const directory = join(import.meta.dirname, "../fixtures/sam");
const application = loadApplication(join(directory, "template.yaml"), {
  region: "eu-north-1",
  account: "123456789012",
});

function functionNamed(name: string) {
  return application.functions.find((definition) => definition.name === name);
}

describe("functions of a SAM template", () => {
  it("takes the TypeScript source of a function that SAM builds with esbuild", () => {
    expect(functionNamed("PriceFunction")).toMatchObject({
      arn: "arn:aws:lambda:eu-north-1:123456789012:function:PriceFunction",
      code: { kind: "module", path: join(directory, "src/price/app.ts") },
      handler: "handler",
    });
  });

  it("takes the directory when the handler's file is there", () => {
    expect(functionNamed("ship-dev")).toMatchObject({
      code: { kind: "directory", path: join(directory, "built") },
      handler: "ship.run",
    });
  });

  it("honours Globals, which a function's own properties override", () => {
    expect(functionNamed("PriceFunction")).toMatchObject({ runtime: "nodejs22.x", timeoutSeconds: 10, memoryMB: 256 });
    expect(functionNamed("ship-dev")).toMatchObject({ timeoutSeconds: 900, memoryMB: 128 });
  });

  it("resolves environment variables to strings and merges them one by one", () => {
    expect(functionNamed("PriceFunction")?.environment).toEqual({
      STAGE: "dev",
      SHARED: "own",
      TABLE: "Prices",
      TABLE_ARN: "arn:aws:dynamodb:eu-north-1:123456789012:table/Prices",
      ZONE: "b",
    });
  });

  it("leaves out what a false condition leaves out", () => {
    expect(application.functions.map(({ name }) => name)).toEqual(["PriceFunction", "ship-dev"]);
  });

  it("gives buckets valid names", () => {
    expect(application.buckets).toEqual(["receipts"]);
  });
});

describe("state machines of a SAM template", () => {
  it("reads DefinitionUri relative to the template and substitutes text, numbers without quotes included", () => {
    const { definition, file, type } = selectStateMachine(application, "Orders");
    expect(file).toBe(join(directory, "statemachine/orders.asl.json"));
    expect(type).toBe("STANDARD");
    expect(definition).toMatchObject({
      States: {
        Each: {
          MaxConcurrency: 5,
          ItemProcessor: {
            States: {
              Price: {
                Parameters: {
                  FunctionName: "arn:aws:lambda:eu-north-1:123456789012:function:PriceFunction",
                  Payload: {
                    bucket: "receipts",
                    alias: "arn:aws:lambda:eu-north-1:123456789012:function:PriceFunction:live",
                    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder without a value stays
                    kept: "${Unknown}",
                  },
                },
              },
            },
          },
        },
      },
    });
  });

  it("substitutes in keys and values of an inline definition", () => {
    expect(selectStateMachine(application, "ship-dev")).toMatchObject({
      logicalId: "Shipping",
      type: "EXPRESS",
      roleArn: "arn:aws:iam::123456789012:role/shipper",
      definition: {
        StartAt: "Ship",
        States: { Ship: { Resource: "arn:aws:lambda:eu-north-1:123456789012:function:ship-dev" } },
      },
    });
  });

  it("refuses a state machine that invokes a function whose code cannot be had, when it is selected", () => {
    expect(() => selectStateMachine(application, "Broken")).toThrow(
      /invokes InlineFunction, which cannot run here: its code is inline in the template/,
    );
  });

  it("takes parameters that are given", () => {
    const prod = loadApplication(join(directory, "template.yaml"), {
      parameters: { Stage: "prod" },
      stateMachine: "ship",
    });
    expect(prod.stateMachines.map(({ name }) => name)).toEqual(["ship-prod"]);
    expect(prod.functions.map(({ name }) => name)).toContain("ProdOnly");
  });
});
