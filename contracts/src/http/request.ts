import { z } from "zod";
import { Position } from "../ids.ts";
import { invalidInput, parseInput, unknownField } from "../input.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { AFTER_PARAMETER } from "./headers.ts";
import { pathFields, type Route } from "./route.ts";

/** The parts of an HTTP request that a route's data comes from, each decoded but not yet trusted. */
export interface RequestParts {
  readonly path: Readonly<Record<string, string>>;
  readonly search: URLSearchParams;
  readonly body: JsonValue | undefined;
}

/**
 * The data of a route's command or query: path and body, or path and query parameters, checked against its schema.
 * `generate` makes the id that the client left out. Throws `Refused` INVALID_INPUT with every wrong field named.
 */
export function dataOf(route: Route, parts: RequestParts, generate: (field: string) => string): JsonObject {
  const given = route.kind === "query" ? fromSearch(route, parts.search) : fromBody(parts);
  const twice = Object.keys(given).filter((name) => Object.hasOwn(parts.path, name));
  if (twice.length > 0) throw invalidInput(twice.map(unknownField));
  const data: Record<string, JsonValue | undefined> = { ...given, ...parts.path };
  if (route.kind === "command" && route.generates !== undefined) data[route.generates] ??= generate(route.generates);
  return parseInput(route.type.schema, data) as JsonObject;
}

const After = z.object({ [AFTER_PARAMETER]: Position });

/** The position after which a query wants its answer: from the parameter, else from the header. */
export function afterOf(search: URLSearchParams, header: string | undefined): Position | undefined {
  const text = search.get(AFTER_PARAMETER) ?? header;
  if (text === undefined || text === "") return undefined;
  return parseInput(After, { after: text }).after;
}

/** How a caller asks a route for something: the inverse of `dataOf`. */
export function requestOf(route: Route, input: Readonly<Record<string, unknown>>): { url: string; body?: string } {
  const inPath = pathFields(route.path);
  const path = fillPath(route.path, input);
  const rest = Object.entries(input).filter(([name, value]) => value !== undefined && !inPath.includes(name));
  if (route.method === "POST") return { url: path, body: JSON.stringify(Object.fromEntries(rest)) };
  const search = new URLSearchParams(rest.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return { url: search === "" ? path : `${path}?${search}` };
}

/** A path with its `{fields}` filled in, each percent-encoded. */
export const fillPath = (path: string, values: Readonly<Record<string, unknown>>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));

function fromBody({ body, search }: RequestParts): JsonObject {
  const names = [...search.keys()];
  if (names.length > 0) throw invalidInput(names.map(unknownField));
  if (body === undefined) return {};
  if (body !== null && typeof body === "object" && !Array.isArray(body)) return body as JsonObject;
  throw invalidInput([{ path: "", code: "invalid_type", message: "the body must be an object" }]);
}

function fromSearch(route: Route, search: URLSearchParams): JsonObject {
  const fields = route.type.schema.shape;
  const names = [...search.keys()].filter((name) => name !== AFTER_PARAMETER);
  const unknown = names.filter((name) => !Object.hasOwn(fields, name));
  if (unknown.length > 0) throw invalidInput(unknown.map(unknownField));
  const repeated = names.find((name) => search.getAll(name).length > 1);
  if (repeated !== undefined)
    throw invalidInput([{ path: repeated, code: "duplicate", message: "is given more than once" }]);
  return Object.fromEntries(names.map((name) => [name, fromText(fields[name], search.get(name) ?? "")]));
}

/** Query parameters are text; where the schema wants a number, one is made of plain digits. */
function fromText(schema: unknown, text: string): JsonValue {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return fromText(schema.unwrap(), text);
  return schema instanceof z.ZodNumber && /^-?\d{1,16}$/.test(text) ? Number(text) : text;
}
