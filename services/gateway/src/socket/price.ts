import type { Timeframe } from "@tradesage/contracts";
import { encodePrice, type ServerMessage, type SocketForm } from "@tradesage/contracts/socket";

export type PriceMessage = Parameters<typeof encodePrice>[0];
/** What the newest of is enough for its clients. */
export type NewestMessage = PriceMessage | Extract<ServerMessage, { type: "state" }>;

/** A message, encoded once for each form that somebody wants it in. */
export interface Price {
  readonly message: NewestMessage;
  json?: string;
  binary?: Uint8Array;
}

/** Of the same key, the newer price replaces the older. */
export function keyOf(message: NewestMessage): string {
  switch (message.type) {
    case "quote":
      return message.symbol;
    case "bar":
      return barKey(message.symbol, message.timeframe);
    case "state":
      return message.accountId;
  }
}
export const barKey = (symbol: string, timeframe: Timeframe): string => `${timeframe} ${symbol}`;

export function jsonOf(price: Price): string {
  price.json ??= JSON.stringify(price.message);
  return price.json;
}

/** Only prices have a binary form: whoever takes anything else takes it as JSON. */
export function binaryOf(price: Price): Uint8Array {
  if (price.message.type === "state") throw new Error("a state has no binary form");
  price.binary ??= encodePrice(price.message);
  return price.binary;
}

export const encodedAs = (price: Price, form: SocketForm): string | Uint8Array =>
  form === "json" ? jsonOf(price) : binaryOf(price);
