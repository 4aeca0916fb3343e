import type { Verb } from "../verb.ts";

export const positionVerbs: readonly Verb[] = [
  {
    name: "list",
    operation: "listPositions",
    description: "list open positions",
    arguments: ["accountId"],
    columns: [
      "positionId",
      "symbol",
      "side",
      "volume",
      "averagePrice",
      "stopLoss",
      "takeProfit",
      "realised",
      "swap",
      "openedAt",
    ],
    examples: ["position list main --tenant acme"],
  },
  {
    name: "close",
    operation: "closePosition",
    description: "close a position, or a part of it, at the market; shows the order that does",
    arguments: ["accountId", "symbol"],
    shows: "getOrder",
    examples: [
      "position close main EURUSD --tenant acme",
      "position close main EURUSD --tenant acme --volume 0.05 --position-id 1c9b",
    ],
  },
  {
    name: "close-by",
    operation: "closePositionBy",
    description: "close two opposite positions of a hedging account by each other",
    arguments: ["accountId", "symbol", "positionId", "by"],
    examples: ["position close-by main EURUSD bought sold --tenant acme"],
  },
  {
    name: "reverse",
    operation: "reversePosition",
    description:
      "close the position of a netting account and open as much on the other side; shows the order that does",
    arguments: ["accountId", "symbol"],
    shows: "getOrder",
    examples: ["position reverse main EURUSD --tenant acme"],
  },
  {
    name: "protect",
    operation: "protectPosition",
    description: "set where a position is closed; what is left out is removed",
    arguments: ["accountId", "symbol"],
    examples: [
      "position protect main EURUSD --tenant acme --stop-loss 1.09500 --take-profit 1.11000",
      "position protect main EURUSD --tenant acme --trailing-stop-distance 0.00200",
    ],
  },
];
