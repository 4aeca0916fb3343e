import type { AccountEvent, DataOf, OrderId } from "@tradesage/contracts";
import type { Chain } from "./chain.ts";

type Evidence = DataOf<AccountEvent, "InstructionResolved">["evidence"];

/** What was sent to place an order is known to have been carried out. */
export function resolvePlacement(chain: Chain, orderId: OrderId, evidence: Evidence): void {
  const id = chain.broker.instructions.findKey((open) => open.action === "place" && open.orderId === orderId);
  if (id !== undefined) resolve(chain, id, "carried_out", evidence);
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
