import type { JsonObject, JsonValue } from "@tradesage/contracts";
import { table } from "../output.ts";

const WIDEST = 60;

/** A field by its name, or by its path (`entries.0.amount`) under a heading of its own. */
export type Column = string | readonly [heading: string, path: string];

/** Rows of a list as a table: of these fields, else of all that one of them has. */
export function listed(items: readonly JsonObject[], columns?: readonly Column[]): string {
  if (items.length === 0) return "There is none.";
  const all = columns ?? [...new Set(items.flatMap((item) => Object.keys(item)))];
  const named = all.map((column) => (typeof column === "string" ? ([heading(column), column] as const) : column));
  return table(
    named.map(([name]) => name),
    items.map((item) => named.map(([, path]) => shorten(cell(path, at(item, path))))),
  );
}

/** One thing: a line a field, and below it a table for each list of things that it has. */
export function shown(view: JsonObject): string {
  const isList = (value: JsonValue | undefined): value is JsonObject[] =>
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "object");
  const fields = Object.entries(view).filter(([, value]) => !isList(value));
  const lists = Object.entries(view).flatMap(([name, value]) => (isList(value) ? [[name, value] as const] : []));
  const labels = fields.map(([name, value]) => [label(name), isEmpty(value) ? "none" : cell(name, value)] as const);
  const width = Math.max(0, ...labels.map(([name]) => name.length));
  return [
    labels.map(([name, told]) => `${name.padEnd(width)}  ${told}`).join("\n"),
    ...lists.map(([name, items]) => `${name}:\n${listed(items)}`),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function at(item: JsonObject, path: string): JsonValue | undefined {
  const steps = path.split(".");
  return steps.reduce<JsonValue | undefined>((held, step) => (held as JsonObject | undefined)?.[step], item);
}

const isEmpty = (value: JsonValue | undefined): boolean => Array.isArray(value) && value.length === 0;

/** Milliseconds since the epoch, by the name of their field. */
const MILLISECONDS = /Msc$/;
const label = (name: string): string => name.replace(MILLISECONDS, "");

/** `averagePrice` as `AVERAGE PRICE`. */
const heading = (name: string): string =>
  label(name)
    .replace(/[A-Z]/g, (letter) => ` ${letter}`)
    .toUpperCase();

function cell(path: string, value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number" && MILLISECONDS.test(path))
    return new Date(value).toISOString().slice(0, -1).replace("T", " ");
  if (typeof value === "string")
    return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? value.slice(0, 19).replace("T", " ") : value;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.join(" ");
  return JSON.stringify(value);
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > WIDEST ? `${line.slice(0, WIDEST - 1)}…` : line;
}
