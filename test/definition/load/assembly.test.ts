import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadApplication, selectStateMachine } from "../../../lib/definition/load.js";

const directory = join(import.meta.dirname, "../fixtures/assembly");
const application = loadApplication(directory, { region: "us-west-2" });
const price = "arn:aws:lambda:us-west-2:000000000000:function:App-Price1A2B";

describe("a CDK cloud assembly", () => {
  it("resolves the tokens of a DefinitionString", () => {
    expect(selectStateMachine(application, "App/Pricing").definition).toEqual({
      StartAt: "Price",
      States: {
        Price: {
          Type: "Task",
          Resource: "arn:aws:states:::lambda:invoke",
          Parameters: { FunctionName: price, Version: `${price}:1` },
          End: true,
        },
      },
    });
  });

  it("finds code by the S3 key in the asset manifest and by the path in the metadata", () => {
    const path = join(directory, "asset.price");
    expect(application.functions.map(({ name, code }) => [name, code.path])).toEqual([
      ["App-Price1A2B", path],
      ["Prod-App-Price1A2B", path],
    ]);
    expect(application.functions[0]?.environment).toEqual({ BUCKET: "results3c4d", SIZE: "5" });
  });

  it("names the asset of a function whose code is a zip file", () => {
    expect(application.unavailable).toMatchObject([
      { name: "Zipped5E6F", reason: expect.stringContaining("zipped.zip") },
    ]);
    expect(() => selectStateMachine(application, "FromFile")).toThrow(/zipped\.zip/);
  });

  it("reads a definition that is an asset", () => {
    const machine = application.stateMachines.find(({ logicalId }) => logicalId === "FromFile3A4B");
    expect(machine?.file).toBe(join(directory, "asset.definition.json"));
    expect(machine?.definition).toMatchObject({ States: { A: { Resource: expect.stringContaining(":Zipped5E6F") } } });
  });

  it("hands parameters to nested stacks", () => {
    expect(selectStateMachine(application, "Inner7E8F").definition).toMatchObject({
      States: { A: { Parameters: { FunctionName: "App-Price1A2B" } } },
    });
  });

  it("follows exports and imports from stack to stack", () => {
    expect(selectStateMachine(application, "Reports")).toMatchObject({
      name: "other-stack-Machine1E2F",
      type: "EXPRESS",
      definition: { States: { A: { Resource: price } } },
    });
  });

  it("reads the stacks of stages, in their own account and region", () => {
    const only = loadApplication(directory, { stateMachine: "ProdMachine" });
    expect(only.stateMachines).toMatchObject([
      {
        arn: "arn:aws:states:eu-west-1:111122223333:stateMachine:ProdMachine9A0B",
        roleArn: "arn:aws:iam::111122223333:role/prod",
        definition: {
          States: { A: { Resource: "arn:aws:lambda:eu-west-1:111122223333:function:Prod-App-Price1A2B" } },
        },
      },
    ]);
  });

  it("loads one template of the assembly with its assets", () => {
    const app = loadApplication(join(directory, "App.template.json"));
    expect(app.functions.map(({ name }) => name)).toEqual(["Price1A2B"]);
    expect(app.stateMachines.map(({ logicalId }) => logicalId)).toEqual(["Machine1E2F", "FromFile3A4B", "Inner7E8F"]);
  });
});

describe("selecting a state machine", () => {
  it("lists the names when there are several and none is given", () => {
    expect(() => selectStateMachine(application)).toThrow(
      expect.objectContaining({
        code: "FANOUT_STATE_MACHINE_AMBIGUOUS",
        message: expect.stringMatching(/^there are 5 state machines, .*: App-Machine1E2F, FromFile3A4B, Inner7E8F, /),
      }),
    );
  });

  it("accepts a construct path with and without its stack", () => {
    const name = "App-Machine1E2F";
    for (const path of ["App/Pricing/Machine/Resource", "App/Pricing", "Pricing/Machine", "Pricing"]) {
      expect(selectStateMachine(application, path).name).toBe(name);
    }
  });

  it("says which ones a name may mean when it does not tell", () => {
    expect(() => selectStateMachine(application, "Machine1E2F")).toThrow(
      /2 state machines that Machine1E2F may mean, .*: App-Machine1E2F, other-stack-Machine1E2F$/,
    );
  });

  it("says which ones there are when none has the name", () => {
    expect(() => selectStateMachine(application, "Nope")).toThrow(
      expect.objectContaining({
        code: "FANOUT_USAGE",
        message: expect.stringContaining("no state machine is called Nope"),
      }),
    );
  });

  it("takes the only one without a name, and complains when there is none", () => {
    const [first] = application.stateMachines;
    if (first === undefined) throw new Error("the fixture has state machines");
    expect(selectStateMachine({ ...application, stateMachines: [first] })).toBe(first);
    expect(() => selectStateMachine({ ...application, stateMachines: [] })).toThrow(/no state machine/);
  });
});
