import { ApiError, deleting } from "../api-error.js";
import { parseArn } from "../arns.js";
import { type Context, seconds } from "../context.js";
import { findMachine, versionNumber } from "../find.js";
import { type PageRequest, page } from "../page.js";
import type { StateMachine, Version } from "../state-machine.js";

/** What stands for the revision of a state machine that has never been updated. */
const INITIAL = "INITIAL";

/**
 * Publishes the current revision, unless it is the one that was published last. Throws ConflictException when that one
 * has another description.
 */
export function publishVersion(machine: StateMachine, description: string | undefined, now: number): Version {
  const last = machine.versions.get(machine.lastVersion);
  if (last?.revision === machine.revision) {
    if (description !== undefined && description !== last.description) {
      const message =
        "Failed to publish the State Machine version: the revision is published with another description.";
      throw new ApiError("ConflictException", message);
    }
    return last;
  }
  const number = machine.lastVersion + 1;
  const arn = `${machine.arn}:${number}`;
  const version = { number, arn, description, creationDate: now, revision: machine.revision };
  machine.versions.set(number, version);
  machine.lastVersion = number;
  return version;
}

export function versionOperations(context: Context) {
  const { engine } = context;
  return {
    PublishStateMachineVersion(request: { stateMachineArn: string; revisionId?: string; description?: string }) {
      const machine = findMachine(context, request.stateMachineArn);
      if (machine.status === "DELETING") throw deleting(machine.arn);
      const current = machine.revision.id ?? INITIAL;
      if (request.revisionId !== undefined && request.revisionId !== current) {
        throw new ApiError(
          "ConflictException",
          `Failed to publish the State Machine version for revision ${request.revisionId}. ` +
            `The current State Machine revision is ${current}.`,
        );
      }
      const version = publishVersion(machine, request.description, engine.ports.clock.now());
      context.changed(machine);
      return { creationDate: seconds(version.creationDate), stateMachineVersionArn: version.arn };
    },

    ListStateMachineVersions({ stateMachineArn, ...request }: { stateMachineArn: string } & PageRequest) {
      const machine = findMachine(context, stateMachineArn);
      const all = [...machine.versions.values()].reverse();
      const { items, ...next } = page(all, ({ arn }) => arn, `versions ${machine.name}`, request);
      return {
        stateMachineVersions: items.map(({ arn, creationDate }) => ({
          stateMachineVersionArn: arn,
          creationDate: seconds(creationDate),
        })),
        ...next,
      };
    },

    DeleteStateMachineVersion({ stateMachineVersionArn }: { stateMachineVersionArn: string }) {
      const { name } = parseArn(stateMachineVersionArn, "stateMachine");
      const machine = context.stateMachines.get(name);
      const version = machine?.versions.get(versionNumber(stateMachineVersionArn));
      if (machine === undefined || version === undefined) return {};
      const aliases = [...machine.aliases.values()].filter(({ routes }) =>
        routes.some((route) => route.stateMachineVersionArn === version.arn),
      );
      if (aliases.length > 0) {
        const names = aliases.map((alias) => alias.name).join(", ");
        throw new ApiError(
          "ConflictException",
          "Version to be deleted must not be referenced by an alias. " +
            `Current list of aliases referencing this version: [${names}]`,
        );
      }
      machine.versions.delete(version.number);
      context.changed(machine);
      return {};
    },
  };
}
