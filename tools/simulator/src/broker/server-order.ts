import type { Side } from "@tradesage/contracts";

/** Prices in points of five digits, volumes in hundredths of a lot, money in cents: nothing is rounded. */
export interface ServerOrder {
  readonly ticket: number;
  readonly magic: string;
  readonly symbol: string;
  readonly side: Side;
  readonly kind: "market" | "limit" | "stop" | "stop_limit";
  readonly volume: number;
  /** Of a hedging account: the identifier of the position that it closes. */
  readonly closes?: number;
  remaining: number;
  price: number;
  stopLimit: number;
  /** Of the position that it opens, or adds to; 0: none. */
  stopLoss: number;
  takeProfit: number;
}

export interface ServerDeal {
  readonly ticket: number;
  readonly order: number;
  readonly magic: string;
  readonly symbol: string;
  /** Undefined: money was paid in or out. */
  readonly side: Side | undefined;
  readonly volume: number;
  readonly price: number;
  readonly timeMsc: number;
  /** ENUM_DEAL_TYPE. */
  readonly type: number;
  /** ENUM_DEAL_ENTRY, and the identifier of the position. */
  readonly entry: number;
  readonly position: number;
  profit: number;
  commission: number;
}

/** What an order that is carried out at once has nothing of. */
export const atMarket = { kind: "market", price: 0, stopLimit: 0, stopLoss: 0, takeProfit: 0 } as const;
