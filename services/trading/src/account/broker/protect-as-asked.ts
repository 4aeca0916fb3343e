import { keyOf, type Named, nameOf } from "../position-name.ts";
import type { Broker, Protection } from "./broker.ts";
import type { Chain } from "./chain.ts";

/** The stops that an instruction was sent for. */
export function askedBy({ protections }: Broker, instructionId: string, named: Named): Protection | undefined {
  const asked = protections.get(keyOf(named));
  return asked?.sentAs === instructionId ? asked : undefined;
}

/** The broker has set the stops that were asked for. */
export function protectAsAsked(chain: Chain, asked: Protection): void {
  const { accountId, positions } = chain.account;
  const held = positions.get(keyOf(asked));
  if (!held) return;
  const { stopLoss, takeProfit, trailingStop, quote } = asked;
  const told = {
    ...(stopLoss !== undefined && { stopLoss }),
    ...(takeProfit !== undefined && { takeProfit }),
    ...(trailingStop && { trailingStop }),
    ...(quote && { quote }),
  };
  chain.add({ type: "PositionProtected", data: { accountId, ...nameOf(held), side: held.side, ...told } });
}
