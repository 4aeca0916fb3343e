import type { Api } from "@tradesage/client";
import type { InputOf, OperationId, Routes } from "@tradesage/contracts/http";
import type { Book } from "./book.ts";
import { attempt, type Outcome } from "./outcome.ts";

/** The operations that command an account. */
type AccountOperation = {
  [Id in OperationId]: Routes[Id] extends { readonly kind: "command" }
    ? InputOf<Id> extends { accountId: string }
      ? Id
      : never
    : never;
}[OperationId];
export type NewOrder = Omit<InputOf<"placeOrder">, "accountId" | "orderId">;

export interface Trade {
  /** Gives the chosen account a command. `key` names the intention: with the same key it is done once. */
  send<Id extends AccountOperation>(
    operation: Id,
    input: Omit<InputOf<Id>, "accountId">,
    key: string,
  ): Promise<Outcome>;
}

export function createTrade(api: Api, book: Book): Trade {
  return {
    async send<Id extends AccountOperation>(operation: Id, input: Omit<InputOf<Id>, "accountId">, key: string) {
      const accountId = book.accountId.peek();
      if (accountId === undefined)
        return { is: "refused", code: "ACCOUNT_NOT_FOUND", detail: "No account", errors: [] };
      return attempt(async () => {
        const reply = await api.call(operation, { ...input, accountId } as InputOf<Id>, { idempotencyKey: key });
        book.happened(accountId, (reply as { position: string }).position);
      });
    },
  };
}
