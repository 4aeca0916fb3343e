import { z } from "zod";
import type { JsonObject } from "./json.ts";

/** An order given to one aggregate (`PlaceOrder`). Unknown fields are refused. */
export interface CommandType<Name extends string = string, Schema extends z.ZodObject = z.ZodObject> {
  readonly name: Name;
  readonly schema: Schema;
}

/** A fact (`OrderPlaced`), kept for ever; `version` is the schema number that its metadata carries. */
export interface EventType<Name extends string = string, Schema extends z.ZodObject = z.ZodObject> {
  readonly name: Name;
  readonly schema: Schema;
  readonly version: number;
  /** By schema number: what brings data of that number to the next one. */
  readonly earlier: Readonly<Record<number, (data: JsonObject) => JsonObject>>;
}

/** A question to a read model (`openOrders`) and the shape of its answer. */
export interface QueryType<
  Name extends string = string,
  Schema extends z.ZodObject = z.ZodObject,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly name: Name;
  readonly schema: Schema;
  readonly answer: Answer;
}

export const command = <Name extends string, Schema extends z.ZodObject>(name: Name, schema: Schema) =>
  Object.freeze({ name, schema: schema.strict() as Schema }) satisfies CommandType<Name, Schema>;

export const event = <Name extends string, Schema extends z.ZodObject>(
  name: Name,
  schema: Schema,
  version = 1,
  earlier: EventType["earlier"] = {},
) => Object.freeze({ name, schema, version, earlier }) satisfies EventType<Name, Schema>;

export const query = <Name extends string, Schema extends z.ZodObject, Answer extends z.ZodType>(
  name: Name,
  schema: Schema,
  answer: Answer,
) => Object.freeze({ name, schema: schema.strict() as Schema, answer }) satisfies QueryType<Name, Schema, Answer>;

/** What such a command or event looks like once parsed: `{ type: "PlaceOrder", data: { … } }`. */
export type Message<Type> = Type extends {
  readonly name: infer Name;
  readonly schema: infer Schema extends z.ZodObject;
}
  ? { readonly type: Name; readonly data: z.output<Schema> }
  : never;

/** The union of the messages of a table of types. */
export type MessageOf<Table extends Record<string, { name: string; schema: z.ZodObject }>> = Message<
  Table[keyof Table]
>;

/** The data of one message of a union: `DataOf<AccountCommand, "PlaceOrder">`. */
export type DataOf<Union extends { type: string; data: unknown }, Type extends Union["type"]> = Extract<
  Union,
  { type: Type }
>["data"];

/** A page of an answer; `next` is the cursor of the following page, absent on the last. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().optional() });

/** What the query of a page takes: at most `most` items, `usual` where nothing is said, from the `next` of the page before. */
export const paging = (most: number, usual: number) => ({
  limit: z.int().min(1).max(most).default(usual),
  cursor: z.string().max(200).optional(),
});
