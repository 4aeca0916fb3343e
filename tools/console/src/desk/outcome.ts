import { ApiUnavailable } from "@tradesage/client";
import { type FieldError, Refused } from "@tradesage/contracts";

/** What came of a command. `unknown`: it may have been done; sent again, it is done at most once. */
export type Outcome =
  | { readonly is: "done" }
  | { readonly is: "refused"; readonly code: string; readonly detail: string; readonly errors: readonly FieldError[] }
  | { readonly is: "unknown"; readonly detail: string };

/** Refusals that do not tell whether the command was done. */
const doubtful = new Set(["DEADLINE_EXCEEDED", "UNAVAILABLE", "INTERNAL"]);

export async function attempt(give: () => Promise<unknown>): Promise<Outcome> {
  try {
    await give();
    return { is: "done" };
  } catch (error) {
    return outcomeOf(error);
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof Refused && !doubtful.has(error.code)) {
    const { errors = [] } = error.values as { errors?: readonly FieldError[] };
    return { is: "refused", code: error.code, detail: error.message, errors };
  }
  if (error instanceof Refused || error instanceof ApiUnavailable) return { is: "unknown", detail: error.message };
  throw error;
}

/** A new intention's name. Not `randomUUID`, which browsers keep from pages without TLS. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
