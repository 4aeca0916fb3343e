import { type Api, ApiUnavailable } from "@tradesage/client";
import { type CommandReply, type JsonObject, type JsonValue, Refused, type Role } from "@tradesage/contracts";
import { type OperationId, pathFields, type Route, routes } from "@tradesage/contracts/http";
import { connect } from "../installation.ts";
import { print } from "../output.ts";
import { listed, shown } from "./show.ts";
import { type Asked, isPaged } from "./verb.ts";

/** Asks the installation, with a token that may no more than it must, and prints what it answered. */
export async function perform(asked: Asked): Promise<void> {
  const { verb, input, tenant, idempotencyKey } = asked;
  const api = await connect(tenant, leastOf(routes[verb.operation].roles));
  const route: Route = routes[verb.operation];
  if (route.kind === "query") {
    const answer = isPaged(route) ? await all(api, asked) : await call(api, verb.operation, input);
    return tell(asked, answer);
  }
  const reply = (await call(api, verb.operation, input, { idempotencyKey })) as unknown as CommandReply;
  const made = verb.shows && (await readBack(api, verb.shows, { ...input, ...reply.events[0]?.data }, reply));
  if (made) tell(asked, made);
  else tellEvents(asked, reply);
}

/** What a command made or changed. Where it cannot be read, the command is done all the same, and must not look refused. */
async function readBack(api: Api, shows: OperationId, named: JsonObject, { position }: CommandReply) {
  const question = Object.fromEntries(pathFields(routes[shows].path).map((name) => [name, named[name]]));
  return call(api, shows, question as JsonObject, { after: position }).catch((error: unknown) => {
    if (!(error instanceof Refused || error instanceof ApiUnavailable)) throw error;
    process.stderr.write(`It is done, and could not be read: ${error.message}\n`);
    return undefined;
  });
}

/** The weakest of the roles that suffice. */
const leastOf = (roles: readonly Role[]): Role =>
  (["viewer", "trader", "admin"] as const).find((role) => roles.includes(role)) ?? "admin";

/** The fields are the operation's own, and the API checks what is in them: here their types say nothing any more. */
const call = (api: Api, operation: OperationId, input: JsonObject, options: object = {}) =>
  api.call(operation, input as never, options) as Promise<unknown> as Promise<JsonObject>;

async function all(api: Api, { verb, input, limit = 100 }: Asked): Promise<JsonObject> {
  const items: JsonValue[] = [];
  for await (const item of api.pages(verb.operation as "listOrders", input as never)) {
    items.push(item as unknown as JsonValue);
    if (items.length >= limit) break;
  }
  return { items };
}

function tell({ verb, json }: Asked, answer: JsonObject): void {
  const { items } = answer;
  if (Array.isArray(items)) print({ json }, items, () => listed(items as JsonObject[], verb.columns));
  else print({ json }, answer, () => shown(answer));
}

function tellEvents({ json }: Asked, reply: CommandReply): void {
  print({ json }, reply, () =>
    reply.events.length === 0
      ? "Nothing was to be changed."
      : reply.events.map(({ type, data }) => `${type}\n${shown(data)}`).join("\n\n"),
  );
}
