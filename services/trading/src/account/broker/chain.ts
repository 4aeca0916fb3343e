import type { AccountEvent } from "@tradesage/contracts";
import type { Account } from "../account.ts";
import { evolve } from "../evolve.ts";
import type { Broker } from "./broker.ts";

/** Events of one decision, each decided on what the ones before it left. */
export interface Chain {
  readonly account: Account;
  readonly broker: Broker;
  readonly events: readonly AccountEvent[];
  add(...events: readonly AccountEvent[]): void;
}

export function chainFrom(begin: Account): Chain {
  let account = begin;
  const events: AccountEvent[] = [];
  return {
    get account() {
      return account;
    },
    get broker() {
      if (!account.broker) throw new Error(`account ${account.accountId} is at no broker`);
      return account.broker;
    },
    events,
    add(...more) {
      for (const event of more) {
        events.push(event);
        account = evolve(account, event) ?? account;
      }
    },
  };
}
