import type { JsonObject, JsonValue } from "@tradesage/contracts";
import { Argument, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { wordsOf } from "./words.ts";

/** A value that a command line can give: a field of an operation's input, or of an object within it (`trailing.distance`). */
export interface Field {
  readonly path: readonly string[];
  readonly schema: z.ZodType;
  readonly isRequired: boolean;
}

/** The fields of an input, those of objects within it in the place of the object. */
export function fieldsOf(schema: z.ZodObject, within: readonly string[] = [], isNeeded = true): readonly Field[] {
  return Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>).flatMap(([name, given]) => {
    const path = [...within, name];
    const isRequired = isNeeded && !given.safeParse(undefined).success;
    const inner = unwrap(given);
    return inner instanceof z.ZodObject ? fieldsOf(inner, path, isRequired) : [{ path, schema: inner, isRequired }];
  });
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable)
    return unwrap(schema.unwrap() as z.ZodType);
  return schema;
}

/** `trailing.distance` as `--trailing-distance <distance>`; a field that is true or not takes no value. */
export function optionOf({ path, schema, isRequired }: Field): Option {
  const flag = `--${kebab(path.join("-"))}`;
  const value = `<${kebab(path.at(-1) ?? "")}${schema instanceof z.ZodArray ? "..." : ""}>`;
  const option = new Option(schema instanceof z.ZodBoolean ? flag : `${flag} ${value}`, wordsOf(path));
  if (schema instanceof z.ZodEnum) option.choices(schema.options as string[]);
  else if (!(schema instanceof z.ZodBoolean)) option.argParser(parserOf(schema));
  return isRequired ? option.makeOptionMandatory() : option;
}

/** `accountId` as `<account>`; one that can be left out, as `[account]`. */
export function argumentOf({ path, schema, isRequired }: Field): Argument {
  const name = kebab(path.join("-").replace(/Id$/, "")) + (schema instanceof z.ZodArray ? "..." : "");
  const argument = new Argument(isRequired ? `<${name}>` : `[${name}]`, wordsOf(path));
  if (schema instanceof z.ZodEnum) return argument.choices(schema.options as string[]);
  return argument.argParser(parserOf(schema));
}

/** What a person writes as what the schema wants; whether it may be so is for the installation to say. */
function parserOf(schema: z.ZodType): (text: string, before: unknown) => unknown {
  if (schema instanceof z.ZodArray) {
    const parse = parserOf(schema.element as z.ZodType);
    return (text, before) => [...(Array.isArray(before) ? before : []), parse(text, undefined)];
  }
  if (schema instanceof z.ZodNumber) return wholeNumber;
  return schema instanceof z.ZodObject || schema instanceof z.ZodDiscriminatedUnion ? json : (text) => text;
}

function wholeNumber(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError("a whole number");
  return Number(text);
}

function json(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new InvalidArgumentError('JSON, such as {"model":"none"}');
  }
}

/** An input out of what was given of its fields. */
export function inputOf(given: Iterable<readonly [Field, unknown]>): JsonObject {
  const input: Record<string, JsonValue> = {};
  for (const [{ path }, value] of given) {
    if (value === undefined) continue;
    const [name = "", ...rest] = path;
    const inner = rest.reduceRight<JsonValue>((held, key) => ({ [key]: held }), value as JsonValue);
    const before = input[name];
    input[name] = rest.length > 0 && before ? { ...(before as JsonObject), ...(inner as JsonObject) } : inner;
  }
  return input;
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
