import { randomUUID } from "node:crypto";
import {
  type CommandEnvelope,
  type CommandReply,
  IdempotencyKey,
  invalidInput,
  type JsonObject,
  type JsonValue,
  PLATFORM,
  type Principal,
  type QueryEnvelope,
  type QueryReply,
  refuse,
  subjects,
  type TenantId,
} from "@tradesage/contracts";
import {
  afterOf,
  type CommandRoute,
  dataOf,
  downloadFormatOf,
  fillPath,
  headers,
  type QueryRoute,
  type RequestParts,
  type Route,
} from "@tradesage/contracts/http";
import type { Rates } from "@tradesage/listener";
import type { Bus } from "@tradesage/message-bus";
import { type Authenticate, authorise, bearerOf, tenantOf } from "../access/session.ts";
import type { TenantDirectory } from "../access/tenant-directory.ts";
import { download } from "./download.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { generatedId } from "./generated-id.ts";
import { json } from "./replies.ts";

export interface OperationParts {
  readonly bus: Pick<Bus, "request">;
  readonly authenticate: Authenticate;
  readonly tenants: TenantDirectory;
  readonly users: Rates;
}

const COMMAND_DEADLINE_MS = 5_000;
/** A query with `after` may wait 5 s for its read model before it is refused as READ_MODEL_BEHIND. */
const QUERY_DEADLINE_MS = 7_000;

/** Performs one operation of the API: who asks, may he, is what he asks well formed; then over the bus, once. */
export async function perform(
  route: Route,
  request: Exchange,
  parts: RequestParts,
  { bus, authenticate, tenants, users }: OperationParts,
): Promise<Reply> {
  const { principal } = await authenticate(bearerOf(request.header("authorization")));
  users.take(`${principal.tenant} ${principal.subject}`);
  authorise(principal, route.roles);
  if (route.scope === "tenant") await tenants.requireActive(tenantOf(principal));
  return route.kind === "command"
    ? command(route, request, parts, principal, bus)
    : query(route, request, parts, principal, bus);
}

async function command(
  route: CommandRoute,
  request: Exchange,
  parts: RequestParts,
  principal: Principal,
  bus: Pick<Bus, "request">,
): Promise<Reply> {
  const given = idempotencyKeyOf(request);
  const key = given ?? randomUUID();
  const data = dataOf(route, parts, () => generatedId(principal.tenant, request.path, key));
  if (route.scope === "platform") requireOwnTenant(principal, data);
  const tenant = route.scope === "tenant" ? tenantOf(principal) : text(data, "tenantId");
  const envelope: CommandEnvelope = {
    command: route.type.name,
    data,
    tenant,
    actor: principal.subject,
    idempotencyKey: key,
    repeatable: given !== undefined,
    correlation: request.requestId,
    at: new Date().toISOString(),
  };
  const subject = subjects.command(route.owner, tenant, route.type.name, text(data, route.aggregate));
  const reply = (await bus.request(subject, envelope as unknown as JsonValue, {
    deadlineMs: COMMAND_DEADLINE_MS,
  })) as CommandReply;
  return json(route.status, reply, {
    [headers.idempotencyKey]: key,
    [headers.position]: reply.position,
    ...(route.location && { location: fillPath(route.location, data) }),
  });
}

async function query(
  route: QueryRoute,
  request: Exchange,
  parts: RequestParts,
  principal: Principal,
  bus: Pick<Bus, "request">,
): Promise<Reply> {
  const data = dataOf(route, parts, () => "");
  if (route.scope === "platform") requireOwnTenant(principal, data);
  const scope = route.scope === "tenant" ? tenantOf(principal) : PLATFORM;
  const after = afterOf(parts.search, request.header(headers.after));
  const envelope: QueryEnvelope = {
    query: route.type.name,
    data,
    tenant: scope,
    ...(after !== undefined && { after }),
  };
  const subject = subjects.query(route.owner, scope, route.type.name);
  const ask = (input: JsonObject) =>
    bus.request(subject, { ...envelope, data: input } as unknown as JsonValue, {
      deadlineMs: route.deadlineMs ?? QUERY_DEADLINE_MS,
    }) as Promise<QueryReply>;
  const format = route.downloads ? downloadFormatOf(request.header("accept"), route.downloads) : undefined;
  if (format !== undefined) {
    if (parts.search.has("limit"))
      throw invalidInput([{ path: "limit", code: "custom", message: "a download has no pages: leave it out" }]);
    return download(route, format, data, ask);
  }
  const { position, answer } = await ask(data);
  return json(200, answer, { [headers.position]: position });
}

function idempotencyKeyOf(request: Exchange): IdempotencyKey | undefined {
  const given = request.header(headers.idempotencyKey);
  if (given === "") return undefined;
  return IdempotencyKey.safeParse(given).data ?? refuse("INVALID_IDEMPOTENCY_KEY");
}

/** Another tenant answers exactly as one that does not exist. */
function requireOwnTenant({ tenant }: Principal, data: JsonObject): void {
  if (tenant !== PLATFORM && text(data, "tenantId") !== tenant) refuse("TENANT_NOT_FOUND");
}

/** A field that the route's schema makes a string. */
const text = (data: JsonObject, field: string): TenantId => String(data[field]);
