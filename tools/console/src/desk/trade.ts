import type { Api } from "@tradesage/client";
import { ApiUnavailable } from "@tradesage/client";
import { type FieldError, Refused } from "@tradesage/contracts";
import type { InputOf, OperationId, Routes } from "@tradesage/contracts/http";
import type { Book } from "./book.ts";

/** The operations that command an account. */
type AccountOperation = {
  [Id in OperationId]: Routes[Id] extends { readonly kind: "command" }
    ? InputOf<Id> extends { accountId: string }
      ? Id
      : never
    : never;
}[OperationId];
export type NewOrder = Omit<InputOf<"placeOrder">, "accountId" | "orderId">;

/** What came of a command. `unknown`: it may have been done; sent again, it is done at most once. */
export type Outcome =
  | { readonly is: "done" }
  | { readonly is: "refused"; readonly code: string; readonly detail: string; readonly errors: readonly FieldError[] }
  | { readonly is: "unknown"; readonly detail: string };

export interface Trade {
  /** Gives the chosen account a command. `key` names the intention: with the same key it is done once. */
  send<Id extends AccountOperation>(
    operation: Id,
    input: Omit<InputOf<Id>, "accountId">,
    key: string,
  ): Promise<Outcome>;
}

/** Refusals that do not tell whether the command was done. */
const doubtful = new Set(["DEADLINE_EXCEEDED", "UNAVAILABLE", "INTERNAL"]);

export function createTrade(api: Api, book: Book): Trade {
  return {
    async send<Id extends AccountOperation>(operation: Id, input: Omit<InputOf<Id>, "accountId">, key: string) {
      const accountId = book.accountId.peek();
      if (accountId === undefined)
        return { is: "refused", code: "ACCOUNT_NOT_FOUND", detail: "No account", errors: [] };
      try {
        const reply = await api.call(operation, { ...input, accountId } as InputOf<Id>, { idempotencyKey: key });
        book.happened(accountId, (reply as { position: string }).position);
        return { is: "done" };
      } catch (error) {
        return outcomeOf(error);
      }
    },
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
