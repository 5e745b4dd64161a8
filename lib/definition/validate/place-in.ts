import type { StateMachineSource } from "../application.js";
import type { Locate, Place } from "./locate.js";

/** Where a resource of a template has its definition, the most exact form first. */
const DEFINITIONS = [
  "/Definition",
  "/DefinitionString/Fn::Sub/0",
  "/DefinitionString/Fn::Sub",
  "/DefinitionString/0",
  "/DefinitionString",
];

/** The place of a location in a source's file: a definition of its own, or one inside a template. */
export function placeIn(
  locate: Locate,
  { logicalId }: Pick<StateMachineSource, "logicalId">,
  location: string,
): Place | undefined {
  if (logicalId === undefined || locate("/Resources", true) === undefined) return locate(location);
  const resource = `/Resources/${logicalId}`;
  const definition = DEFINITIONS.find((name) => locate(`${resource}/Properties${name}`, true) !== undefined);
  return locate(definition === undefined ? resource : `${resource}/Properties${definition}${location}`);
}
