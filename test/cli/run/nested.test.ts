import { expect, test } from "vitest";
import { folderWith, runCli } from "../run-cli.js";

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Parent:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: parent
      DefinitionSubstitutions: { Child: !GetAtt Child.Arn }
      Definition:
        StartAt: Start
        States:
          Start:
            Type: Task
            Resource: arn:aws:states:::states:startExecution.sync:2
            Parameters: { StateMachineArn: "\${Child}", Input: { "n.$": $.n } }
            OutputPath: $.Output
            Next: Keep
          Keep:
            Type: Task
            Resource: arn:aws:states:::aws-sdk:s3:putObject
            Parameters: { Bucket: kept, Key: result.json, "Body.$": $ }
            ResultPath: null
            End: true
  Child:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: child
      Definition:
        StartAt: Wait
        States:
          Wait: { Type: Wait, Seconds: 3600, Next: Twice }
          Twice:
            Type: Pass
            Parameters: { "twice.$": "States.MathAdd($.n, $.n)" }
            End: true
`;

test("a state machine waits for another of its template, and keeps what it gave in a bucket", async () => {
  const cwd = folderWith({ "template.yaml": TEMPLATE });
  const args = ["run", "template.yaml", "--state-machine", "parent", "--input", '{"n":21}', "--virtual-time"];
  const { code, stdout, stderr } = await runCli(args, { cwd });
  expect({ code, stdout: JSON.parse(stdout) }, stderr).toEqual({ code: 0, stdout: { twice: 42 } });
  expect(stderr).toContain("result.json");
});
