import type { Instruction } from "@tradesage/contracts";

type Placing = Extract<Instruction, { action: "place" }>;

/** What somebody places at the terminal himself: no expert's order, and of no order of ours. */
export const byHand = (order: Pick<Placing, "side" | "volume" | "kind" | "price">): Placing => ({
  ...{ type: "instruction", action: "place", id: "by-hand", magic: "0", deadlineMsc: 1, symbol: "EURUSD" },
  ...order,
});
