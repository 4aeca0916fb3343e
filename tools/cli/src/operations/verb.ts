import type { JsonObject } from "@tradesage/contracts";
import { type OperationId, type Route, routes } from "@tradesage/contracts/http";
import { type Command, InvalidArgumentError } from "commander";
import { argumentOf, type Field, fieldsOf, inputOf, optionOf } from "./fields.ts";
import type { Column } from "./show.ts";

/** A command of the command line that asks one operation of the API: its options are the operation's own fields. */
export interface Verb {
  readonly name: string;
  readonly operation: OperationId;
  readonly description: string;
  /** The fields that are given by their place, in order; all others are options. */
  readonly arguments: readonly string[];
  /** What is asked for where it is left out. */
  readonly defaults?: JsonObject;
  /** A question whose answer is shown after a command, in the place of its events. */
  readonly shows?: OperationId;
  /** Of a list: what is shown, in order. */
  readonly columns?: readonly Column[];
  /** What follows `tradesage`. */
  readonly examples: readonly string[];
}

/** What is asked for, by whom, and how the answer is wanted. */
export interface Asked {
  readonly verb: Verb;
  readonly input: JsonObject;
  readonly tenant: string;
  readonly json?: boolean | undefined;
  readonly idempotencyKey?: string | undefined;
  /** Rows of a list. */
  readonly limit?: number | undefined;
}

/** Fields that the command line gives by itself: it turns pages, and `--tenant` names the tenant. */
const given = new Set(["limit", "cursor", "tenantId"]);
export const isPaged = (route: Route): boolean => Object.hasOwn(route.type.schema.shape, "cursor");

/** Adds a verb to its noun. `perform` does what it says. */
export function addVerb(noun: Command, verb: Verb, perform: (asked: Asked) => Promise<void>): void {
  const route: Route = routes[verb.operation];
  const isOfTenants = Object.hasOwn(route.type.schema.shape, "tenantId");
  const generated = route.kind === "command" ? route.generates : undefined;
  const fields = fieldsOf(route.type.schema)
    .filter(({ path: [name = ""] }) => !given.has(name))
    .map((field) => (canBeLeftOut(field) ? { ...field, isRequired: false } : field));
  const byPlace = verb.arguments.map((name) => {
    const field = fields.find(({ path }) => path.length === 1 && path[0] === name);
    if (!field) throw new Error(`${verb.operation} has no field ${name}`);
    return field;
  });
  const byName = fields.filter((field) => !byPlace.includes(field)).map((field) => [field, optionOf(field)] as const);

  const command = noun
    .command(verb.name)
    .description(verb.description)
    .requiredOption("--tenant <id>", isOfTenants ? "which tenant" : "whose account");
  for (const field of byPlace) command.addArgument(argumentOf(field));
  for (const [, option] of byName) command.addOption(option);
  if (isPaged(route)) command.option("--limit <rows>", "at most so many", rows, 100);
  if (route.kind === "command")
    command.option("--idempotency-key <key>", "your name of this intention: a repeat has no second effect");
  command.option("--json", "print JSON");
  command.addHelpText("after", `\nExamples:\n${verb.examples.map((example) => `  tradesage ${example}`).join("\n")}`);

  command.action(async (...all: unknown[]) => {
    const options = command.opts<Omit<Asked, "verb" | "input">>();
    const named = byName.map(([field, option]) => [field, command.getOptionValue(option.attributeName())] as const);
    const placed = byPlace.map((field, place) => [field, all[place]] as const);
    const { tenant, json, idempotencyKey, limit } = options;
    const ofTenant = isOfTenants && { tenantId: tenant };
    const input = { ...verb.defaults, ...ofTenant, ...inputOf([...placed, ...named]) };
    await perform({ verb, input, tenant, json, idempotencyKey, limit });
  });

  function canBeLeftOut({ path: [name = ""] }: Field): boolean {
    return name === generated || Object.hasOwn(verb.defaults ?? {}, name);
  }
}

function rows(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("a number of rows");
  return Number(text);
}
