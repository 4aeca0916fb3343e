import { z } from "zod";
import { FieldError } from "../input.ts";
import { isRefusalCode, type RefusalCode, Refused, refusals } from "../refusals.ts";

const codes = Object.keys(refusals) as [RefusalCode, ...RefusalCode[]];

/** Problem details (RFC 9457), `application/problem+json`, with the code that programs should look at. */
export const Problem = z
  .object({
    /** Where the problem is explained: `/problems/<code>`. */
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(codes),
    detail: z.string(),
    /** The request's id (`X-Request-Id`). */
    instance: z.string(),
    /** The wrong fields, with `INVALID_INPUT`. */
    errors: z.array(FieldError).optional(),
    /** The numbers behind the verdict. */
    values: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.output<typeof Problem>;

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** A refusal as problem details; the `errors` among its values become a member of their own. */
export function problemOf(refused: Refused, instance: string): Problem {
  const { errors, ...values } = refused.values;
  const { status, title } = refusals[refused.code];
  const fields = z.array(FieldError).safeParse(errors);
  return {
    type: `/problems/${refused.code}`,
    title,
    status,
    code: refused.code,
    detail: refused.message,
    instance,
    ...(fields.success && { errors: fields.data }),
    ...(Object.keys(values).length > 0 && { values: values as Problem["values"] }),
  };
}

/** The refusal that a problem tells of; `undefined` if it is none of ours (a proxy's answer). */
export function refusedOf(problem: unknown): Refused | undefined {
  const { code, detail, values, errors } = (problem ?? {}) as Partial<Problem>;
  if (!isRefusalCode(code)) return undefined;
  return new Refused(code, detail, { ...values, ...(errors && { errors }) });
}
