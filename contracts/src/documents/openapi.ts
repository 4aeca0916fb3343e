import { z } from "zod";
import { CommandReply } from "../envelope.ts";
import { downloadTypes } from "../http/downloads.ts";
import { AFTER_PARAMETER, headers } from "../http/headers.ts";
import { PROBLEM_MEDIA_TYPE, Problem } from "../http/problem.ts";
import { type CommandRoute, pathFields, type Route } from "../http/route.ts";
import { commonRefusals, routes } from "../http/routes.ts";
import { IdempotencyKey, Position } from "../ids.ts";
import { type RefusalCode, refusals } from "../refusals.ts";
import { about } from "./about.ts";
import { collectSchemas, type Schemas } from "./schemas.ts";

type Json = Record<string, unknown>;

const tags = {
  tenants: "Tenants, for operators",
  accounts: "Trading accounts, orders, executions and positions",
  instruments: "Instruments, and their bars and ticks",
  quotes: "The newest prices",
  audit: "What happened, who did it and why, for auditors",
} as const;

/** The HTTP API as an OpenAPI 3.1 document, made from the route table. */
export function openApiDocument(): Json {
  const schemas = collectSchemas();
  const paths: Record<string, Json> = {};
  for (const [operationId, route] of Object.entries<Route>(routes)) {
    const method = route.method.toLowerCase();
    paths[route.path] = { ...paths[route.path], [method]: operation(operationId, route, schemas) };
  }
  return {
    openapi: "3.1.1",
    info: { title: "TradeSage", version: about.version, description: about.http },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      schemas: schemas.named,
    },
  };
}

function operation(operationId: string, route: Route, schemas: Schemas): Json {
  return {
    operationId,
    summary: route.summary,
    description: `Roles: ${route.roles.join(", ")}.`,
    tags: [route.path.split("/")[2]],
    parameters: [...parametersOf(route, schemas), ...headersOf(route, schemas)],
    ...(route.kind === "command" && route.method === "POST" && { requestBody: bodyOf(route, schemas) }),
    responses: { ...successOf(route, schemas), ...problemsOf(route, schemas) },
  };
}

function parametersOf(route: Route, schemas: Schemas): Json[] {
  const inPath = pathFields(route.path);
  const { properties, required } = fieldsOf(route, schemas);
  const names = route.kind === "query" ? Object.keys(properties) : inPath;
  const ordered = [...inPath, ...names.filter((name) => !inPath.includes(name))];
  return ordered.map((name) => ({
    name,
    in: inPath.includes(name) ? "path" : "query",
    required: inPath.includes(name) || required.includes(name),
    schema: properties[name],
  }));
}

function headersOf(route: Route, schemas: Schemas): Json[] {
  if (route.kind === "command")
    return [
      {
        name: headers.idempotencyKey,
        in: "header",
        required: false,
        description: "Names the intention: a repeat has no second effect and the same answer, for at least 24 hours.",
        schema: schemas.of(IdempotencyKey, "input"),
      },
    ];
  return [
    {
      name: AFTER_PARAMETER,
      in: "query",
      required: false,
      description: `Answer only once this position can be read (read your own write). The header ${headers.after} does the same.`,
      schema: schemas.of(Position, "input"),
    },
  ];
}

function bodyOf(route: CommandRoute, schemas: Schemas): Json {
  const { properties, required } = fieldsOf(route, schemas);
  const inPath = pathFields(route.path);
  const { generates: generated, example } = route;
  const schema = {
    type: "object",
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !inPath.includes(name))),
    required: required.filter((name) => !inPath.includes(name) && name !== generated),
    additionalProperties: false,
  };
  return {
    required: schema.required.length > 0,
    content: { "application/json": { schema, ...(example && { example }) } },
  };
}

function successOf(route: Route, schemas: Schemas): Json {
  const schema = schemas.of(route.kind === "command" ? CommandReply : route.type.answer, "output");
  const header = (description: string, of: z.ZodType) => ({ description, schema: schemas.of(of, "output") });
  const answered = {
    [headers.position]: header("How far the history was when this was true.", Position),
    [headers.requestId]: header("Names the request in logs, events and problems.", z.string()),
    ...(route.kind === "command" && { [headers.idempotencyKey]: header("The key that was used.", IdempotencyKey) }),
    ...(route.kind === "command" && route.location && { location: header("Where it can be read.", z.string()) }),
  };
  const status = route.kind === "command" ? route.status : 200;
  const description = { 200: "Done", 201: "Made", 202: "Accepted" }[status];
  const downloads =
    route.kind === "query" && route.downloads ? route.downloads.map((format) => downloadTypes[format]) : [];
  const content = {
    "application/json": { schema },
    ...Object.fromEntries(downloads.map((type) => [type, { schema: { type: "string", format: "binary" } }])),
  };
  return { [status]: { description, headers: answered, content } };
}

/** The refusals of a route by status, their codes in the description. */
function problemsOf(route: Route, schemas: Schemas): Json {
  const codes: RefusalCode[] = [
    ...commonRefusals.all,
    ...commonRefusals[route.kind],
    ...(route.scope === "tenant" ? commonRefusals.tenant : []),
    ...route.refusals,
  ];
  const content = { [PROBLEM_MEDIA_TYPE]: { schema: schemas.of(Problem, "output") } };
  const byStatus = Object.groupBy(new Set(codes), (code) => refusals[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, some = []]) => [
      status,
      { description: some.map((code) => `\`${code}\`: ${refusals[code].title}`).join("  \n"), content },
    ]),
  );
}

function fieldsOf(route: Route, schemas: Schemas): { properties: Record<string, Json>; required: string[] } {
  const { properties = {}, required = [] } = schemas.of(route.type.schema, "input");
  return { properties: properties as Record<string, Json>, required: required as string[] };
}
