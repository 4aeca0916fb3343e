import type { Mql5Array } from "../language/runtime.ts";
import type { Boxed } from "./boxed.ts";

/** A tick of the terminal's history; times are on the broker's clock. */
export interface MarketTick {
  readonly timeMsc: number;
  readonly bid: number;
  readonly ask: number;
  readonly last?: number;
  readonly volume?: number;
  readonly flags?: number;
}

/** A symbol of the broker, by MQL5's names of its properties; what is left out is 0 or "". */
export interface MarketSymbol {
  readonly properties: Record<string, number | string>;
  readonly ticks: MarketTick[];
  /** Seconds of the broker's day at which trading begins and ends; for each day of the week, Sunday first. */
  readonly sessions?: readonly (readonly (readonly [from: number, to: number])[])[];
}

/** The account that is logged in, by MQL5's names of its properties. */
type AccountProperties = Record<string, number | string>;

export interface Market {
  readonly account: AccountProperties;
  readonly symbols: Map<string, MarketSymbol>;
  readonly terminal: Record<string, number>;
}

/** Names of an enum's values by their numbers. */
export type EnumNames = (type: string, value: number) => string;

/** What MQL5 tells of account, symbols and ticks. */
export function marketFunctions(market: Market, nameOf: EnumNames) {
  const whole = (value: number | string | undefined) => BigInt(Math.trunc(Number(value ?? 0)));
  const ofSymbol = (name: string, type: string, property: number) =>
    market.symbols.get(name)?.properties[nameOf(type, property)];
  return {
    TerminalInfoInteger: (property: number) => market.terminal[nameOf("ENUM_TERMINAL_INFO_INTEGER", property)] ?? 0,
    MQLInfoInteger: (property: number) => market.terminal[nameOf("ENUM_MQL_INFO_INTEGER", property)] ?? 0,
    AccountInfoDouble: (property: number) => Number(market.account[nameOf("ENUM_ACCOUNT_INFO_DOUBLE", property)] ?? 0),
    AccountInfoInteger: (property: number) => whole(market.account[nameOf("ENUM_ACCOUNT_INFO_INTEGER", property)]),
    AccountInfoString: (property: number) => String(market.account[nameOf("ENUM_ACCOUNT_INFO_STRING", property)] ?? ""),
    SymbolSelect: (name: string) => market.symbols.has(name),
    SymbolInfoInteger: (name: string, property: number) => whole(ofSymbol(name, "ENUM_SYMBOL_INFO_INTEGER", property)),
    SymbolInfoDouble(name: string, property: number): number {
      const asked = nameOf("ENUM_SYMBOL_INFO_DOUBLE", property);
      const tick = market.symbols.get(name)?.ticks.at(-1);
      if (asked === "SYMBOL_BID") return tick?.bid ?? 0;
      if (asked === "SYMBOL_ASK") return tick?.ask ?? 0;
      return Number(market.symbols.get(name)?.properties[asked] ?? 0);
    },
    SymbolInfoString: (name: string, property: number) =>
      String(ofSymbol(name, "ENUM_SYMBOL_INFO_STRING", property) ?? ""),
    SymbolInfoMarginRate(_name: string, _type: number, initial: Boxed<number>, maintenance: Boxed<number>): boolean {
      [initial.value, maintenance.value] = [1, 0];
      return true;
    },
    SymbolInfoSessionTrade(
      name: string,
      day: number,
      session: number,
      from: Boxed<bigint>,
      to: Boxed<bigint>,
    ): boolean {
      const known = market.symbols.get(name)?.sessions?.[day]?.[session];
      if (known) [from.value, to.value] = [BigInt(known[0]), BigInt(known[1])];
      return known !== undefined;
    },
    CopyTicks(name: string, target: Mql5Array, _flags: number, from: bigint, count: number): number {
      const ticks = market.symbols.get(name)?.ticks ?? [];
      const found = ticks.filter(({ timeMsc }) => timeMsc >= from).slice(0, count);
      target.items = found.map((tick) => Object.assign(target.empty() as object, recordOf(tick)));
      return found.length;
    },
  };
}

const recordOf = ({ timeMsc, bid, ask, last = 0, volume = 0, flags = 6 }: MarketTick) => ({
  ...{ time: BigInt(Math.floor(timeMsc / 1000)), time_msc: BigInt(timeMsc) },
  ...{ bid, ask, last, volume: BigInt(Math.trunc(volume)), volume_real: volume, flags },
});
