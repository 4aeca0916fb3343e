import type { z } from "zod";
import { refuse } from "./refusals.ts";

/**
 * Parses what came in from outside, once, at the edge.
 * @throws Refused INVALID_INPUT whose `issues` name each bad field by its path (`"quote.bid"`; `""` is the whole).
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const [first] = issues;
  return refuse("INVALID_INPUT", first && [first.path, first.message].filter(Boolean).join(": "), { issues });
}
