import {
  type CalculationMode,
  type Hello,
  type InstrumentDefinition,
  type SwapMode,
  type TerminalSymbol,
  TradeMode,
  weekdays,
} from "@tradesage/contracts";

/** MQL5's ENUM_SYMBOL_CALC_MODE by number; those of MOEX differ only under the exchange's own model of risk. */
const calculationModes: Readonly<Record<number, CalculationMode>> = {
  0: "forex",
  1: "futures",
  2: "cfd",
  3: "cfd_index",
  4: "cfd_leverage",
  5: "forex_no_leverage",
  32: "exchange_stocks",
  33: "exchange_futures",
  37: "exchange_bonds",
  38: "exchange_stocks",
  39: "exchange_bonds",
};

/** MQL5's ENUM_SYMBOL_SWAP_MODE, in its order. */
const swapModes: readonly SwapMode[] = [
  ...(["disabled", "points", "base_currency", "margin_currency", "account_currency"] as const),
  ...(["interest_current", "interest_open", "reopen_close", "reopen_bid"] as const),
];

/** MQL5's ENUM_SYMBOL_TRADE_MODE, in its order. */
const tradeModes = TradeMode.options;

/** MQL5's SYMBOL_FILLING_… and SYMBOL_EXPIRATION_… flags, from the lowest bit. */
const fillings = ["fok", "ioc", "boc"] as const;
const expirations = ["gtc", "day", "gtd", "gtd_day"] as const;

/** What a tick is worth counts in these modes alone; elsewhere it follows from the contract size and moves with quotes. */
const tickValued: ReadonlySet<CalculationMode | undefined> = new Set(["futures", "exchange_futures", "cfd_index"]);

/** What a terminal says of a symbol, as the definition of an instrument. What it does not say stays unsaid. */
export function definitionOf(
  symbol: TerminalSymbol,
  { utcOffsetSeconds, currency }: Pick<Hello, "utcOffsetSeconds" | "currency">,
): InstrumentDefinition {
  const { tradeMode, fillingFlags, expirationFlags, swapMode, swapTripleDay, tickValueProfit } = symbol;
  const calculationMode = modeOf(symbol);
  const isTickValued = tickValued.has(calculationMode) && currency === symbol.profitCurrency;
  return {
    ...basicsOf(symbol),
    ...given({
      calculationMode,
      tickValue: isTickValued ? aboveZero(tickValueProfit) : undefined,
      volumeLimit: aboveZero(symbol.volumeLimit),
      marginInitial: aboveZero(symbol.marginInitial),
      marginMaintenance: aboveZero(symbol.marginMaintenance),
      marginHedged: symbol.marginHedged,
      marginOfLargerLeg: symbol.marginOfLargerLeg,
      marginRates: ratesOf(symbol),
      swapMode: swapMode === undefined ? undefined : swapModes[swapMode],
      swapLong: symbol.swapLong,
      swapShort: symbol.swapShort,
      swapTripleDay: swapTripleDay === undefined ? undefined : weekdays[swapTripleDay],
      tradeMode: tradeMode === undefined ? undefined : tradeModes[tradeMode],
      fillingModes: flagsOf(fillingFlags, fillings),
      expirationModes: flagsOf(expirationFlags, expirations),
      faceValue: aboveZero(symbol.faceValue),
      sessions: symbol.sessions?.flatMap(sessionOf),
    }),
    utcOffsetSeconds,
  };
}

/** A mode whose formula lacks what it takes is none: the ticks are wanted all the same. */
function modeOf({ calculationMode, marginInitial, faceValue }: TerminalSymbol): CalculationMode | undefined {
  const mode = calculationMode === undefined ? undefined : (calculationModes[calculationMode] ?? "none");
  const isOfFutures = mode === "futures" || mode === "exchange_futures";
  if (isOfFutures && !aboveZero(marginInitial)) return "none";
  return mode === "exchange_bonds" && !aboveZero(faceValue) ? "none" : mode;
}

const basicsOf = ({
  symbol,
  description,
  digits,
  tickSize,
  contractSize,
  volumeMin,
  volumeMax,
  volumeStep,
  baseCurrency,
  profitCurrency,
  marginCurrency,
}: TerminalSymbol) => ({
  ...{ symbol, description, digits, tickSize, contractSize, volumeMin, volumeMax, volumeStep },
  ...{ baseCurrency, profitCurrency, marginCurrency },
});

/** MQL5 has 0 for what is not set. */
const aboveZero = (decimal: string | undefined) => (decimal && /^[^-]*[1-9]/.test(decimal) ? decimal : undefined);

function ratesOf({
  marginInitialRate: initial,
  marginMaintenanceRate: maintenance,
  marginInitialRateSell: initialSell = initial,
  marginMaintenanceRateSell: maintenanceSell = maintenance,
}: TerminalSymbol) {
  if (initial === undefined || initialSell === undefined) return undefined;
  return {
    buy: { initial, maintenance: maintenance ?? "0" },
    sell: { initial: initialSell, maintenance: maintenanceSell ?? "0" },
  };
}

const flagsOf = <Name>(flags: number | undefined, names: readonly Name[]): Name[] | undefined =>
  flags === undefined ? undefined : names.filter((_, bit) => flags & (1 << bit));

function sessionOf({ day, from, to }: NonNullable<TerminalSymbol["sessions"]>[number]) {
  const weekday = weekdays[day];
  return weekday && from < to ? [{ day: weekday, from: clock(from), to: clock(to) }] : [];
}

/** Seconds of a day as `hh:mm`; sessions begin and end with minutes. */
function clock(seconds: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`;
}

type Given<Value> = { [Key in keyof Value]?: Exclude<Value[Key], undefined> };
const given = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Given<Value>;
