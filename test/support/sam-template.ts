/**
 * A SAM template with one state machine. Its functions have these names, and their code is in folders named after them;
 * `properties` are more of the state machine's.
 */
export function samTemplate(definition: object, names: readonly string[], properties: object = {}): string {
  const functions = names.map((name) => [
    name,
    {
      Type: "AWS::Serverless::Function",
      Properties: { CodeUri: name, Handler: "index.handler", Runtime: "nodejs24.x" },
    },
  ]);
  const DefinitionSubstitutions = Object.fromEntries(names.map((name) => [name, { "Fn::GetAtt": [name, "Arn"] }]));
  const Machine = {
    Type: "AWS::Serverless::StateMachine",
    Properties: { Definition: definition, DefinitionSubstitutions, ...properties },
  };
  return JSON.stringify({
    Transform: "AWS::Serverless-2016-10-31",
    Resources: { Machine, ...Object.fromEntries(functions) },
  });
}

/** A Task state that calls a function of the template. */
export const taskOf = (name: string, rest: object) => ({ Type: "Task", Resource: `\${${name}}`, ...rest });
