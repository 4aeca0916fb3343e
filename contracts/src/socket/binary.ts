import { type Bar, barPriceFields, type Timeframe, timeframes } from "../market-data/bars.ts";
import type { Quote } from "../market-data/queries.ts";
import { refuse } from "../refusals.ts";

/**
 * The forms that prices and bars come in, by the WebSocket subprotocol that a client offers (RFC 6455 §1.9); without
 * one it is JSON. In the binary form a frame holds one record or more; everything else stays JSON text.
 *
 * A record, little endian: kind u8 (1 quote, 2 bar), length n of the symbol u8, timeframe u8 (its place in the list of
 * timeframes; 0 in a quote), 0 u8, ticks u32 (0 in a quote), time f64 (milliseconds since the epoch, UTC), then f64s:
 * bid and ask; or open, high, low, close of the bid, then of the ask. Then n bytes of ASCII: the symbol.
 */
export const subprotocols = { json: "tradesage.json", binary: "tradesage.binary" } as const;
export type SocketForm = keyof typeof subprotocols;

type QuoteRecord = Quote & { readonly type: "quote" };
type BarRecord = Bar & { readonly type: "bar"; readonly symbol: string; readonly timeframe: Timeframe };
type PriceRecord = QuoteRecord | BarRecord;

const QUOTE = 1;
const BAR = 2;
const PRICES_AT = 16;
const names = Object.keys(timeframes) as Timeframe[];
const quoteFields = ["bid", "ask"] as const;
const ascii = new TextDecoder("ascii");

/** A quote or a bar as a record of the binary form. */
export function encodePrice(price: PriceRecord): Uint8Array {
  const values =
    price.type === "quote" ? quoteFields.map((field) => price[field]) : barPriceFields.map((field) => price[field]);
  const symbolAt = PRICES_AT + 8 * values.length;
  const bytes = new Uint8Array(symbolAt + price.symbol.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = price.type === "quote" ? QUOTE : BAR;
  bytes[1] = price.symbol.length;
  if (price.type === "bar") {
    bytes[2] = names.indexOf(price.timeframe);
    view.setUint32(4, price.ticks, true);
  }
  view.setFloat64(8, price.timeMsc, true);
  for (const [index, value] of values.entries()) view.setFloat64(PRICES_AT + 8 * index, value, true);
  for (let index = 0; index < price.symbol.length; index++) bytes[symbolAt + index] = price.symbol.charCodeAt(index);
  return bytes;
}

/** The records of a frame. Throws `Refused` MALFORMED_FRAME where it is not one. */
export function decodePrices(frame: Uint8Array): readonly PriceRecord[] {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const records: PriceRecord[] = [];
  for (let at = 0; at < frame.length; ) {
    const kind = frame[at];
    if (kind !== QUOTE && kind !== BAR) return refuse("MALFORMED_FRAME", `There is no kind ${kind}`);
    const symbolAt = at + PRICES_AT + 8 * (kind === QUOTE ? quoteFields : barPriceFields).length;
    const end = symbolAt + (frame[at + 1] ?? 0);
    if (end > frame.length || end === symbolAt) refuse("MALFORMED_FRAME", "A record is cut off, or without symbol");
    const symbol = ascii.decode(frame.subarray(symbolAt, end));
    records.push(kind === QUOTE ? quoteAt(view, at, symbol) : barAt(view, at, symbol));
    at = end;
  }
  return records;
}

function quoteAt(view: DataView, at: number, symbol: string): QuoteRecord {
  const [timeMsc, bid, ask] = [8, 16, 24].map((offset) => view.getFloat64(at + offset, true)) as [
    number,
    number,
    number,
  ];
  return { type: "quote", symbol, bid, ask, timeMsc };
}

function barAt(view: DataView, at: number, symbol: string): BarRecord {
  const timeframe = names[view.getUint8(at + 2)] ?? refuse("MALFORMED_FRAME", "There is no such timeframe");
  const prices = barPriceFields.map((field, index) => [field, view.getFloat64(at + PRICES_AT + 8 * index, true)]);
  const timeMsc = view.getFloat64(at + 8, true);
  const ticks = view.getUint32(at + 4, true);
  return {
    type: "bar",
    symbol,
    timeframe,
    timeMsc,
    ticks,
    ...(Object.fromEntries(prices) as Omit<Bar, "timeMsc" | "ticks">),
  };
}
