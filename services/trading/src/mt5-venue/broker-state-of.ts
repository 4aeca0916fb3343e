import type { BrokerPosition, BrokerState, Evidence, PositionMode, Snapshot } from "@tradesage/contracts";
import { decimal, roundAverage, text, zero } from "../calculation/decimal.ts";

/** A snapshot in our words: symbols by our names where the terminal maps them, times in UTC. */
export function brokerStateOf(snapshot: Snapshot, symbols: Evidence["symbols"], mode: PositionMode): BrokerState {
  const utc = (timeMsc: number) => timeMsc - snapshot.utcOffsetSeconds * 1000;
  const named = (name: string) => {
    const symbol = symbols[name];
    return symbol === undefined ? { name } : { name, symbol };
  };
  return {
    currency: snapshot.account.currency,
    balance: snapshot.account.balance,
    credit: snapshot.account.credit,
    orders: snapshot.orders.map(({ ticket, magic, name, type, volumeInitial, volumeCurrent, price, stopLimit }) => ({
      ...{ ticket, magic, type, price, stopLimit },
      ...named(name),
      volume: volumeInitial,
      remaining: volumeCurrent,
    })),
    positions: mode === "hedging" ? each(snapshot, symbols) : netted(snapshot, symbols),
    dealsFromMsc: utc(snapshot.dealsFromMsc),
    deals: snapshot.deals.map(({ comment: _, name, timeMsc, ...deal }) => ({
      ...deal,
      ...named(name),
      timeMsc: utc(timeMsc),
    })),
  };
}

const SELL = 1;

/** Every position of a hedging account by itself. */
function each({ positions }: Snapshot, symbols: Evidence["symbols"]): BrokerPosition[] {
  return positions.flatMap(({ name, type, volume, price, stopLoss, takeProfit, identifier, magic }) => {
    const symbol = symbols[name];
    if (symbol === undefined) return [];
    const lots = type === SELL ? decimal(volume).neg() : decimal(volume);
    const average = text(roundAverage(decimal(price)));
    return [{ symbol, position: { identifier, magic }, volume: text(lots), price: average, stopLoss, takeProfit }];
  });
}

/** Positions by symbol; what the terminal does not map is no instrument of the tenant. */
function netted({ positions }: Snapshot, symbols: Evidence["symbols"]): BrokerPosition[] {
  const bySymbol = new Map<string, BrokerPosition>();
  for (const { name, type, volume, price, stopLoss, takeProfit } of positions) {
    const symbol = symbols[name];
    if (symbol === undefined) continue;
    const lots = type === SELL ? decimal(volume).neg() : decimal(volume);
    const before = bySymbol.get(symbol);
    const sum = (before ? decimal(before.volume) : zero).plus(lots);
    const paid = before ? decimal(before.price).times(decimal(before.volume)) : zero;
    const average = sum.eq(zero) ? decimal(price) : paid.plus(decimal(price).times(lots)).div(sum);
    bySymbol.set(symbol, { symbol, volume: text(sum), price: text(roundAverage(average)), stopLoss, takeProfit });
  }
  return [...bySymbol.values()];
}
