import { ApiError, deleting, invalid, notFound } from "../api-error.js";
import { parseArn } from "../arns.js";
import { type Context, seconds } from "../context.js";
import { findMachine, versionNumber } from "../find.js";
import { type PageRequest, page } from "../page.js";
import type { Alias, Route, StateMachine } from "../state-machine.js";

interface CreateRequest {
  readonly name: string;
  readonly description?: string;
  readonly routingConfiguration: readonly Route[];
}

interface UpdateRequest {
  readonly stateMachineAliasArn: string;
  readonly description?: string;
  readonly routingConfiguration?: readonly Route[];
}

export function aliasOperations(context: Context) {
  const now = () => context.engine.ports.clock.now();
  return {
    CreateStateMachineAlias({ name, description, routingConfiguration: routes }: CreateRequest) {
      const machine = machineOfRoutes(context, routes);
      if (machine.status === "DELETING") throw deleting(machine.arn);
      const existing = machine.aliases.get(name);
      if (existing !== undefined) {
        checkSame(existing, description, routes);
        return { stateMachineAliasArn: existing.arn, creationDate: seconds(existing.creationDate) };
      }
      const creationDate = now();
      const arn = `${machine.arn}:${name}`;
      machine.aliases.set(name, { name, arn, creationDate, updateDate: creationDate, description, routes });
      context.changed(machine);
      return { stateMachineAliasArn: arn, creationDate: seconds(creationDate) };
    },

    UpdateStateMachineAlias({ stateMachineAliasArn, description, routingConfiguration }: UpdateRequest) {
      const { machine, alias } = find(context, stateMachineAliasArn);
      if (routingConfiguration === undefined && description === undefined) {
        throw invalid("Either the description or the routing configuration must be specified");
      }
      if (routingConfiguration !== undefined) {
        if (machineOfRoutes(context, routingConfiguration) !== machine) {
          throw invalid("Routing configuration must contain versions of the state machine of the alias");
        }
        alias.routes = routingConfiguration;
      }
      alias.description = description ?? alias.description;
      alias.updateDate = now();
      context.changed(machine);
      return { updateDate: seconds(alias.updateDate) };
    },

    DescribeStateMachineAlias({ stateMachineAliasArn }: { stateMachineAliasArn: string }) {
      const { alias } = find(context, stateMachineAliasArn);
      const { arn, name, description, routes, creationDate, updateDate } = alias;
      return {
        stateMachineAliasArn: arn,
        name,
        ...(description === undefined ? {} : { description }),
        routingConfiguration: routes,
        creationDate: seconds(creationDate),
        updateDate: seconds(updateDate),
      };
    },

    ListStateMachineAliases({ stateMachineArn, ...request }: { stateMachineArn: string } & PageRequest) {
      const { name, label, rest } = parseArn(stateMachineArn, "stateMachine");
      const [version] = rest;
      const machine =
        label === undefined && version !== undefined
          ? findMachine(context, stateMachineArn.slice(0, -version.length - 1))
          : findMachine(context, stateMachineArn);
      const all = [...machine.aliases.values()]
        .filter(
          ({ routes }) => version === undefined || routes.some((r) => r.stateMachineVersionArn === stateMachineArn),
        )
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, ...next } = page(all, ({ arn }) => arn, `aliases ${name}`, request);
      return {
        stateMachineAliases: items.map(({ arn, creationDate }) => ({
          stateMachineAliasArn: arn,
          creationDate: seconds(creationDate),
        })),
        ...next,
      };
    },

    DeleteStateMachineAlias({ stateMachineAliasArn }: { stateMachineAliasArn: string }) {
      const { name, rest } = parseArn(stateMachineAliasArn, "stateMachine");
      const machine = context.stateMachines.get(name);
      if (machine?.aliases.delete(rest[0] ?? "") === true) context.changed(machine);
      return {};
    },
  };
}

function find(context: Context, arn: string): { machine: StateMachine; alias: Alias } {
  const { name, rest } = parseArn(arn, "stateMachine");
  const machine = context.stateMachines.get(name);
  const alias = machine?.aliases.get(rest[0] ?? "");
  if (machine === undefined || alias === undefined) throw notFound(arn);
  return { machine, alias };
}

/** The state machine whose versions the routes lead to. Throws ValidationException and ResourceNotFound. */
function machineOfRoutes(context: Context, routes: readonly Route[]): StateMachine {
  const arns = routes.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  const received = `Received: [${arns.join(", ")}]`;
  if (new Set(arns).size < arns.length) {
    throw invalid(`Routing configuration must contain distinct state machine version ARNs. ${received}`);
  }
  const parsed = arns.map((arn) => parseArn(arn, "stateMachine"));
  if (parsed.some(({ label, rest }) => label !== undefined || !/^\d+$/.test(rest[0] ?? ""))) {
    throw invalid(`Routing configuration must contain state machine version ARNs. ${received}`);
  }
  const [first] = parsed;
  if (parsed.some(({ name }) => name !== first?.name)) {
    throw invalid(`Routing configuration must contain versions of the same state machine. ${received}`);
  }
  const weights = routes.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
    throw invalid(`Sum of routing configuration weights must equal 100. Received: [${weights.join(", ")}]`);
  }
  const machine = context.stateMachines.get(first?.name ?? "");
  const missing = arns.find((arn) => machine?.versions.has(versionNumber(arn)) !== true);
  if (machine === undefined || missing !== undefined) throw notFound(missing ?? arns.join());
  return machine;
}

function checkSame(existing: Alias, description: string | undefined, routes: readonly Route[]): void {
  const key = (all: readonly Route[]) => JSON.stringify(all.map((r) => [r.stateMachineVersionArn, r.weight]));
  const difference =
    key(existing.routes) !== key(routes)
      ? "routing configuration"
      : existing.description !== description
        ? "description"
        : undefined;
  if (difference === undefined) return;
  throw new ApiError(
    "ConflictException",
    `Failed to create alias because an alias with the same name and a different ${difference} already exists.`,
  );
}
