import type { AccountEvent, DataOf, OrderId } from "@tradesage/contracts";
import { keyOf, type Named } from "../position-name.ts";
import type { Chain } from "./chain.ts";

type Evidence = DataOf<AccountEvent, "InstructionResolved">["evidence"];

/** What was sent to place an order is known to have been carried out. */
export function resolvePlacement(chain: Chain, orderId: OrderId, evidence: Evidence): void {
  const id = chain.broker.instructions.findKey((open) => open.action === "place" && open.orderId === orderId);
  if (id !== undefined) resolve(chain, id, "carried_out", evidence);
}

/** A position was closed by an opposite one, as was asked. */
export function resolveClosing(chain: Chain, named: Named): void {
  const id = chain.broker.instructions.findKey(
    ({ action, position }) => action === "close_by" && position !== undefined && keyOf(position) === keyOf(named),
  );
  if (id !== undefined) resolve(chain, id, "carried_out", "deal");
}

/** What became of something that was sent is known now. */
export function resolve(
  chain: Chain,
  instructionId: string,
  outcome: "carried_out" | "not_carried_out",
  evidence: Evidence,
) {
  const { accountId } = chain.account;
  chain.add({ type: "InstructionResolved", data: { accountId, instructionId, outcome, evidence } });
}
