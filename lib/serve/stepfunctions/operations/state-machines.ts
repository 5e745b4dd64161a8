import type { JsonObject } from "../../../json.js";
import { ApiError, deleting, invalid, noStateMachine } from "../api-error.js";
import { parseArn } from "../arns.js";
import { checkedDefinition, type StateMachineType } from "../checked-definition.js";
import { type Context, seconds } from "../context.js";
import { findMachine, findTarget } from "../find.js";
import { checkName } from "../names.js";
import { type PageRequest, page } from "../page.js";
import { processorOfLabel } from "../processors.js";
import { encryptionOf, loggingOf, type SettingsRequest, tracingOf } from "../settings.js";
import {
  newStateMachine,
  type Revision,
  type StateMachine,
  sameRevision,
  sameSettings,
  type Version,
} from "../state-machine.js";
import { type Tag, withTags } from "../tags.js";
import { variableReferences } from "../variable-references.js";
import { publishVersion } from "./versions.js";

interface CreateRequest extends SettingsRequest {
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly type?: StateMachineType;
  readonly tags?: readonly Tag[];
  readonly publish?: boolean;
  readonly versionDescription?: string;
}

interface UpdateRequest extends SettingsRequest {
  readonly stateMachineArn: string;
  readonly definition?: string;
  readonly roleArn?: string;
  readonly publish?: boolean;
  readonly versionDescription?: string;
}

export function stateMachineOperations(context: Context) {
  const { stateMachines, arns, engine, executions } = context;
  const now = () => engine.ports.clock.now();

  return {
    CreateStateMachine(request: CreateRequest) {
      const { name, definition: text, roleArn, type = "STANDARD", publish = false, versionDescription } = request;
      checkPublish(request);
      checkName(name);
      checkRole(roleArn);
      const settings = {
        logging: loggingOf(request.loggingConfiguration),
        tracing: tracingOf(request.tracingConfiguration),
        encryption: encryptionOf(request.encryptionConfiguration),
      };
      const existing = stateMachines.get(name);
      if (existing !== undefined) {
        return created(existing, checkSame(existing, { ...request, type, publish }, settings));
      }
      const checked = checkedDefinition(text, type);
      const creationDate = now();
      const revision = { id: undefined, text, checked, roleArn, ...settings, updateDate: creationDate };
      const arn = arns.stateMachine(name);
      const machine: StateMachine = {
        ...newStateMachine(name, arn, type, revision),
        created: { publish, versionDescription },
        tags: withTags(new Map(), request.tags, arn),
      };
      stateMachines.set(name, machine);
      const version = publish ? publishVersion(machine, versionDescription, creationDate) : undefined;
      context.changed(machine);
      return created(machine, version);
    },

    UpdateStateMachine(request: UpdateRequest) {
      const machine = findMachine(context, request.stateMachineArn);
      if (machine.status === "DELETING") throw deleting(machine.arn);
      checkPublish(request);
      if (request.roleArn !== undefined) checkRole(request.roleArn);
      machine.revision = revised(machine, request, now(), () => engine.ports.random.uuid());
      const { revision } = machine;
      const version = request.publish === true ? publishVersion(machine, request.versionDescription, now()) : undefined;
      context.changed(machine);
      return {
        updateDate: seconds(revision.updateDate),
        ...(revision.id === undefined ? {} : { revisionId: revision.id }),
        ...(version === undefined ? {} : { stateMachineVersionArn: version.arn }),
      };
    },

    DescribeStateMachine({ stateMachineArn, includedData }: { stateMachineArn: string; includedData?: string }) {
      const { name, label } = parseArn(stateMachineArn, "stateMachine");
      const machine = stateMachines.get(name);
      const part = label === undefined ? undefined : partOf(machine, label);
      const target = label === undefined ? findTarget(context, stateMachineArn) : undefined;
      if (machine === undefined || (target ?? part) === undefined || target?.alias !== undefined) {
        throw noStateMachine(stateMachineArn);
      }
      const { revision = machine.revision, version } = target ?? {};
      return {
        stateMachineArn,
        name,
        status: machine.status,
        type: machine.type,
        creationDate: seconds(version?.creationDate ?? machine.creationDate),
        ...(label === undefined ? {} : { label }),
        ...(version?.description === undefined ? {} : { description: version.description }),
        ...describeRevision(revision, includedData, part),
      };
    },

    DeleteStateMachine({ stateMachineArn }: { stateMachineArn: string }) {
      const { name, label, rest } = parseArn(stateMachineArn, "stateMachine");
      if (label !== undefined || rest.length > 0) {
        throw invalid(`The state machine ARN must not be qualified: '${stateMachineArn}'`);
      }
      const machine = stateMachines.get(name);
      if (machine === undefined || machine.status === "DELETING") return {};
      machine.status = "DELETING";
      machine.versions.clear();
      machine.aliases.clear();
      executions.deleteOf(machine, () => {
        // Another one may have been created since under the name.
        if (stateMachines.get(name) === machine) stateMachines.delete(name);
        context.changed(machine);
      });
      return {};
    },

    ListStateMachines(request: PageRequest) {
      const all = [...stateMachines.values()]
        .filter(({ status }) => status === "ACTIVE")
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, ...next } = page(all, ({ name }) => name, "stateMachines", request);
      return {
        stateMachines: items.map(({ arn, name, type, creationDate }) => ({
          stateMachineArn: arn,
          name,
          type,
          creationDate: seconds(creationDate),
        })),
        ...next,
      };
    },
  };
}

/** What all descriptions of a revision have in common. */
export function describeRevision(revision: Revision, includedData: string | undefined, part?: JsonObject): object {
  const { id, roleArn, logging, tracing, encryption } = revision;
  const references = variableReferences(part ?? revision.checked.definition);
  const hidden = includedData === "METADATA_ONLY";
  return {
    definition: hidden ? "{}" : part === undefined ? revision.text : JSON.stringify(part),
    roleArn,
    loggingConfiguration: logging,
    tracingConfiguration: tracing,
    encryptionConfiguration: encryption,
    ...(id === undefined ? {} : { revisionId: id }),
    ...(hidden || Object.keys(references).length === 0 ? {} : { variableReferences: references }),
  };
}

function created(machine: StateMachine, version: Version | undefined): object {
  return {
    stateMachineArn: machine.arn,
    creationDate: seconds(machine.creationDate),
    ...(version === undefined ? {} : { stateMachineVersionArn: version.arn }),
  };
}

/** The version that the same request made before; throws when this one is another. */
function checkSame(
  existing: StateMachine,
  request: CreateRequest & { type: StateMachineType; publish: boolean },
  settings: Parameters<typeof sameSettings>[0],
): Version | undefined {
  const { arn, revision, created: before } = existing;
  if (existing.status === "DELETING") throw deleting(arn);
  const exists = (reason: string) =>
    new ApiError("StateMachineAlreadyExists", `State Machine Already Exists: ${reason}`);
  if (revision.text !== request.definition || existing.type !== request.type || !sameSettings(revision, settings)) {
    throw exists(`'${arn}'`);
  }
  if (before.publish && !request.publish) {
    throw exists("This state machine was already created with a published version.");
  }
  if (before.publish !== request.publish) throw exists(`'${arn}'`);
  if (before.versionDescription !== request.versionDescription) {
    throw exists("This state machine was already created using a different description.");
  }
  return before.publish ? existing.versions.get(1) : undefined;
}

function revised(machine: StateMachine, request: UpdateRequest, now: number, newId: () => string): Revision {
  const { definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration } = request;
  const given = [definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration];
  if (given.every((value) => value === undefined)) {
    throw new ApiError(
      "MissingRequiredParameter",
      "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
    );
  }
  const { revision } = machine;
  const next = {
    text: definition ?? revision.text,
    roleArn: roleArn ?? revision.roleArn,
    logging: loggingConfiguration === undefined ? revision.logging : loggingOf(loggingConfiguration),
    tracing: tracingConfiguration === undefined ? revision.tracing : tracingOf(tracingConfiguration),
    encryption: encryptionConfiguration === undefined ? revision.encryption : encryptionOf(encryptionConfiguration),
  };
  if (sameRevision(revision, next)) return revision;
  const checked = next.text === revision.text ? revision.checked : checkedDefinition(next.text, machine.type);
  return { ...next, checked, id: newId(), updateDate: now };
}

function checkPublish({ publish = false, versionDescription }: { publish?: boolean; versionDescription?: string }) {
  if (versionDescription !== undefined && !publish) {
    throw invalid("Version description can only be set when publish is true");
  }
}

function checkRole(roleArn: string): void {
  if (!roleArn.startsWith("arn:")) throw new ApiError("InvalidArn", `Invalid Role Arn: '${roleArn}'`);
}

/** What the children of a state machine's Distributed Map run. */
function partOf(machine: StateMachine | undefined, label: string): JsonObject | undefined {
  return machine && processorOfLabel(machine.revision.checked.definition, label, machine.arn);
}
