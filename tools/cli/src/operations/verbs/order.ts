import type { Verb } from "../verb.ts";

const columns = [
  "orderId",
  "symbol",
  "side",
  "kind",
  "status",
  "volume",
  "filled",
  "limitPrice",
  "stopPrice",
  "averagePrice",
  "placedAt",
];

export const orderVerbs: readonly Verb[] = [
  {
    name: "place",
    operation: "placeOrder",
    description: "place an order: at the market, unless --kind says otherwise",
    arguments: ["accountId", "side", "volume", "symbol"],
    defaults: { kind: "market" },
    shows: "getOrder",
    examples: [
      "order place main buy 0.10 EURUSD --tenant acme",
      "order place main buy 0.10 EURUSD --tenant acme --stop-loss 1.09500 --take-profit 1.11000",
      "order place main sell 0.10 EURUSD --tenant acme --kind limit --limit-price 1.12000 --time-in-force day",
      "order place main buy 0.10 EURUSD --tenant acme --kind stop_limit --stop-price 1.12000 --limit-price 1.12050",
      "order place main buy 0.10 EURUSD --tenant acme --kind trailing_stop --trailing-distance 0.00200",
      "order place main sell 0.10 EURUSD --tenant acme --reduce-only --idempotency-key morning-exit",
    ],
  },
  {
    name: "link",
    operation: "placeLinkedOrders",
    description: "place orders of which one cancels the others (OCO): all of them, or none",
    arguments: ["accountId"],
    examples: [
      `order link main --tenant acme --orders '{"orderId":"above","symbol":"EURUSD","side":"buy","volume":"0.10","kind":"stop","stopPrice":"1.20000"}' '{"orderId":"below","symbol":"EURUSD","side":"buy","volume":"0.10","kind":"limit","limitPrice":"1.05000"}'`,
    ],
  },
  {
    name: "change",
    operation: "modifyOrder",
    description: "change the volume, prices or end of an order that waits",
    arguments: ["accountId", "orderId"],
    shows: "getOrder",
    examples: ["order change main 1c9b --tenant acme --limit-price 1.10500"],
  },
  {
    name: "cancel",
    operation: "cancelOrder",
    description: "cancel what remains of an order",
    arguments: ["accountId", "orderId"],
    shows: "getOrder",
    examples: ["order cancel main 1c9b --tenant acme"],
  },
  {
    name: "cancel-all",
    operation: "cancelAllOrders",
    description: "cancel what remains of every order, or of those of one instrument",
    arguments: ["accountId"],
    examples: ["order cancel-all main --tenant acme", "order cancel-all main --tenant acme --symbol EURUSD"],
  },
  {
    name: "list",
    operation: "listOrders",
    description: "list orders, newest first",
    arguments: ["accountId"],
    columns,
    examples: ["order list main --tenant acme --status open"],
  },
  {
    name: "show",
    operation: "getOrder",
    description: "tell all that is known of an order",
    arguments: ["accountId", "orderId"],
    examples: ["order show main 1c9b --tenant acme"],
  },
];
