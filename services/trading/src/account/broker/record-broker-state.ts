import type { AccountCommand, AccountEvent, DataOf } from "@tradesage/contracts";
import type { Market } from "../../calculation/market.ts";
import type { Account } from "../account.ts";
import { type Chain, chainFrom } from "./chain.ts";
import { cancelAgain } from "./linked-at-broker.ts";
import { showPositions } from "./position-names.ts";
import { endMissingOrders, reconcilePositions } from "./reconcile.ts";
import { reconcileMoney } from "./reconcile-money.ts";
import { recordDeals, revokeDeals } from "./record-deals.ts";
import { settleInstructions } from "./settle-instructions.ts";
import { showOrders } from "./show-orders.ts";

type RecordBrokerState = DataOf<AccountCommand, "RecordBrokerState">;

/**
 * What the broker has is the truth: its deals are recorded, its orders shown, and once a state is settled what it does
 * not have has ended. Never refuses; a state that tells nothing new changes nothing.
 */
export function recordBrokerState(account: Account, { state }: RecordBrokerState, market: Market): AccountEvent[] {
  const chain = chainFrom(account);
  const known = chain.broker;
  const isSettled = state.settledSinceMsc !== undefined;
  if (!chain.broker.isAdopted) {
    if (!isSettled) return [];
    adopt(chain, state.deals);
  }
  recordDeals(chain, state, market);
  showOrders(chain, state);
  showPositions(chain, state.positions);
  endMissingOrders(chain, state);
  if (isSettled) {
    revokeDeals(chain, state);
    settleInstructions(chain, state);
    cancelAgain(chain, state);
    reconcilePositions(chain, state, market);
    reconcileMoney(chain, state, known);
  }
  return [...chain.events];
}

/** The account begins with what is there, but for what came of orders of its own: it may be a restored copy. */
function adopt(chain: Chain, deals: RecordBrokerState["state"]["deals"]): void {
  const { byMagic } = chain.broker;
  const before = deals.filter(({ magic }) => !byMagic.has(magic)).map(({ ticket }) => ticket);
  chain.add({ type: "BrokerAdopted", data: { accountId: chain.account.accountId, deals: before } });
}
