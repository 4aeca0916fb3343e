import { z } from "zod";
import { Refused } from "./refusals.ts";

/** One wrong field: `path` is its name, dotted where nested, `""` the whole; `code` is zod's name of the broken rule. */
export const FieldError = z
  .object({ path: z.string(), code: z.string(), message: z.string() })
  .meta({ id: "FieldError" });
export type FieldError = z.output<typeof FieldError>;

/**
 * Parses what came in from outside, once, at the edge.
 * @throws Refused INVALID_INPUT whose `errors` (a `FieldError` each) name every bad field and every unknown one.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidInput(
    parsed.error.issues.flatMap((issue) => {
      const path = issue.path.join(".");
      if (issue.code !== "unrecognized_keys") return [{ path, code: issue.code, message: issue.message }];
      return issue.keys.map((key) => unknownField(path === "" ? key : `${path}.${key}`));
    }),
  );
}

export function invalidInput(errors: readonly FieldError[]): Refused {
  const detail = errors.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
  return new Refused("INVALID_INPUT", detail, { errors });
}

export const unknownField = (path: string): FieldError => ({
  path,
  code: "unrecognized_keys",
  message: "there is no such field",
});
