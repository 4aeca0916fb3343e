import type { Api } from "@tradesage/client";
import { ApiUnavailable } from "@tradesage/client";
import { type FieldError, Refused } from "@tradesage/contracts";
import type { InputOf } from "@tradesage/contracts/http";
import type { Book } from "./book.ts";

export type NewOrder = Omit<InputOf<"placeOrder">, "accountId" | "orderId">;

/** What came of a command. `unknown`: it may have been done; sent again, it is done at most once. */
export type Outcome =
  | { readonly is: "done" }
  | { readonly is: "refused"; readonly code: string; readonly detail: string; readonly errors: readonly FieldError[] }
  | { readonly is: "unknown"; readonly detail: string };

export interface Trade {
  /** `key` names the intention: the same key, the same order. */
  place(order: NewOrder, key: string): Promise<Outcome>;
  cancel(orderId: string): Promise<Outcome>;
}

/** Refusals that do not tell whether the command was done. */
const doubtful = new Set(["DEADLINE_EXCEEDED", "UNAVAILABLE", "INTERNAL"]);

export function createTrade(api: Api, book: Book): Trade {
  const inAccount = async (give: (accountId: string) => Promise<unknown>): Promise<Outcome> => {
    const accountId = book.accountId.peek();
    if (accountId === undefined) return { is: "refused", code: "ACCOUNT_NOT_FOUND", detail: "No account", errors: [] };
    try {
      await give(accountId);
      return { is: "done" };
    } catch (error) {
      return outcomeOf(error);
    }
  };
  return {
    place: (order, key) =>
      inAccount((accountId) => api.call("placeOrder", { ...order, accountId }, { idempotencyKey: key })),
    cancel: (orderId) => inAccount((accountId) => api.call("cancelOrder", { accountId, orderId })),
  };
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
