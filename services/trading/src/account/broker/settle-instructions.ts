import type { BrokerState } from "@tradesage/contracts";
import { decimal, text, zero } from "../../calculation/decimal.ts";
import { keyOf } from "../position-name.ts";
import type { OpenInstruction, Protection } from "./broker.ts";
import type { Chain } from "./chain.ts";
import { changeAsAsked, isAsAsked } from "./change-as-asked.ts";
import { termsOf } from "./order-types.ts";
import { nameOfShown } from "./position-names.ts";
import { askedBy, protectAsAsked } from "./protect-as-asked.ts";
import { resolve } from "./resolve.ts";

/** So long after its deadline nothing of an instruction is on its way any more, at the broker neither. */
const GRACE_MS = 30_000;
/** Deals must be known from so long before: clocks may differ. */
const BEFORE_MS = 3_600_000;

/** What a settled state of the broker tells of all that was sent and not answered. */
export function settleInstructions(chain: Chain, state: BrokerState): void {
  for (const [id, instruction] of chain.broker.instructions) {
    const isOver = instruction.status === "unknown" && (state.settledSinceMsc ?? 0) > instruction.deadline + GRACE_MS;
    settle(chain, state, id, instruction, isOver);
  }
}

function settle(chain: Chain, state: BrokerState, id: string, instruction: OpenInstruction, isOver: boolean): void {
  const { action, orderId, position } = instruction;
  if (position) {
    const asked = action === "protect" ? askedBy(chain.broker, id, position) : undefined;
    if (asked && isProtected(chain, state, asked)) {
      resolve(chain, id, "carried_out", "position");
      protectAsAsked(chain, asked);
    } else if (isOver) resolve(chain, id, "not_carried_out", "position");
    return;
  }
  if (orderId === undefined) return;
  const open = chain.account.orders.get(orderId);
  const order = chain.broker.orders.get(orderId);
  const row = state.orders.find(({ ticket }) => ticket === order?.ticket);
  if (action === "place") {
    if (!isOver || !open || !order || order.ticket !== undefined) return;
    if (state.dealsFromMsc > instruction.deadline - BEFORE_MS) return;
    resolve(chain, id, "not_carried_out", "absence");
    const { accountId } = chain.account;
    const detail = "nothing was heard of it, and the broker has no order and no deal of it";
    const data = { accountId, orderId, remaining: text(order.remaining), reason: "not_found", detail } as const;
    chain.add({ type: "OrderRejected", data });
  } else if (!open || !row) {
    const isDone = action === "cancel" && open !== undefined;
    resolve(chain, id, isDone ? "carried_out" : "not_carried_out", open ? "absence" : "deal");
  } else if (action === "modify" && order?.asked?.what === "change" && isAsAsked(order.asked, termsOf(row) ?? {})) {
    const { asked } = order;
    resolve(chain, id, "carried_out", "order");
    changeAsAsked(chain, orderId, open, asked);
  } else if (isOver) {
    resolve(chain, id, "not_carried_out", "order");
  }
}

function isProtected({ broker }: Chain, { positions }: BrokerState, asked: Protection): boolean {
  const held = positions.find((shown) => keyOf(nameOfShown(broker, shown)) === keyOf(asked));
  if (!held) return false;
  const isAt = (price: string | undefined, shown: string) =>
    decimal(shown).eq(price === undefined ? zero : decimal(price));
  return isAt(asked.stopLoss, held.stopLoss) && isAt(asked.takeProfit, held.takeProfit);
}
