import type { Timeframe } from "@tradesage/contracts";
import { encodePrice, type SocketForm } from "@tradesage/contracts/socket";

export type PriceMessage = Parameters<typeof encodePrice>[0];

/** A quote or a bar, encoded once for each form that somebody wants it in. */
export interface Price {
  readonly message: PriceMessage;
  json?: string;
  binary?: Uint8Array;
}

/** Of the same key, the newer price replaces the older. */
export const keyOf = (message: PriceMessage): string =>
  message.type === "quote" ? message.symbol : barKey(message.symbol, message.timeframe);
export const barKey = (symbol: string, timeframe: Timeframe): string => `${timeframe} ${symbol}`;

export function jsonOf(price: Price): string {
  price.json ??= JSON.stringify(price.message);
  return price.json;
}

export function binaryOf(price: Price): Uint8Array {
  price.binary ??= encodePrice(price.message);
  return price.binary;
}

export const encodedAs = (price: Price, form: SocketForm): string | Uint8Array =>
  form === "json" ? jsonOf(price) : binaryOf(price);
