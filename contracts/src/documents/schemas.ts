import { z } from "zod";

type JsonSchema = Record<string, unknown>;

/** Collects named schemas of a document under `components/schemas`. */
export interface Schemas {
  /** The JSON Schema of what is sent (`input`) or answered (`output`); named parts of it become references. */
  of(schema: z.ZodType, io: "input" | "output"): JsonSchema;
  readonly named: Readonly<Record<string, JsonSchema>>;
}

/**
 * Turns zod schemas into JSON Schema 2020-12, which OpenAPI 3.1 and AsyncAPI 3 take as it is.
 * A schema with an id (`.meta({ id })`) is written once; two different ones of the same id are an error.
 */
export function collectSchemas(): Schemas {
  const named: Record<string, JsonSchema> = {};

  function name(id: string, schema: JsonSchema): void {
    const known = named[id];
    if (known && JSON.stringify(known) !== JSON.stringify(schema)) throw new Error(`two schemas are called ${id}`);
    named[id] = schema;
  }

  return {
    named,
    of(schema, io) {
      const { $schema: _, $defs, ...own } = referenced(z.toJSONSchema(schema, { io, unrepresentable: "any" }));
      for (const [id, definition] of Object.entries(($defs ?? {}) as Record<string, JsonSchema>)) {
        const { id: __, ...rest } = definition;
        name(id, rest);
      }
      const { id, ...rest } = own;
      if (typeof id !== "string") return rest;
      name(id, rest);
      return { $ref: `#/components/schemas/${id}` };
    },
  };
}

/** zod points to `#/$defs/X`, both documents keep schemas under `#/components/schemas/X`. */
const referenced = (schema: object): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
