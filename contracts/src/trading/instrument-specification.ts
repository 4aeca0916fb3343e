import { z } from "zod";
import { Decimal, NonNegative, Price, Volume } from "../decimals.ts";
import { Currency, InstrumentSymbol } from "../ids.ts";

/**
 * How profit and margin are computed (MQL5, ENUM_SYMBOL_CALC_MODE). `none`: by no formula that we have, since it takes
 * what only an exchange tells (options, futures of FORTS) or is no instrument to trade (collateral): its ticks are
 * taken, orders are not.
 */
export const CalculationMode = z
  .enum([
    ...["forex", "forex_no_leverage", "cfd", "cfd_index", "cfd_leverage", "futures"],
    ...["exchange_stocks", "exchange_futures", "exchange_bonds", "none"],
  ] as const)
  .meta({ id: "CalculationMode" });
export type CalculationMode = z.output<typeof CalculationMode>;

/**
 * What a position is charged for a night (MQL5, ENUM_SYMBOL_SWAP_MODE): points of the price; money in the base, margin,
 * profit or account's currency; a yearly percentage of its value at the current or at its opening price. `reopen_…` charge nothing:
 * the position is opened anew at a price that is that many points away.
 */
export const SwapMode = z
  .enum([
    ...["disabled", "points", "base_currency", "margin_currency", "profit_currency", "account_currency"],
    ...["interest_current", "interest_open", "reopen_close", "reopen_bid"],
  ] as const)
  .meta({ id: "SwapMode" });
export type SwapMode = z.output<typeof SwapMode>;

/** Which orders are taken (MQL5, ENUM_SYMBOL_TRADE_MODE). */
export const TradeMode = z
  .enum(["disabled", "long_only", "short_only", "close_only", "full"])
  .meta({ id: "TradeMode" });
export type TradeMode = z.output<typeof TradeMode>;

/** As MQL5 counts them (ENUM_DAY_OF_WEEK): Sunday is 0. */
export const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
export const Weekday = z.enum(weekdays).meta({ id: "Weekday" });
export type Weekday = z.output<typeof Weekday>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "a time from 00:00 to 24:00");
/** When orders are taken on a day of the week, by the broker's clock; `to` is not in it. */
export const TradingSession = z
  .strictObject({ day: Weekday, from: timeOfDay, to: timeOfDay })
  .refine(({ from, to }) => from < to, { path: ["to"], message: "a session ends after it begins" })
  .meta({ id: "TradingSession" });
export type TradingSession = z.output<typeof TradingSession>;

/**
 * By what a side's margin is multiplied (MQL5, SymbolInfoMarginRate): `initial` for an order, `maintenance` for a
 * position; a maintenance rate of 0 says that the initial one holds. An initial rate of 0: no margin at all.
 */
const MarginRate = z.strictObject({ initial: NonNegative, maintenance: NonNegative });

/** What no definition leaves out. */
export const instrumentBasics = {
  symbol: InstrumentSymbol,
  /** Digits after the point in its prices (SYMBOL_DIGITS); a point is one unit of the last of them (SYMBOL_POINT). */
  digits: z.int().min(0).max(10),
  /** The smallest change of its price (SYMBOL_TRADE_TICK_SIZE). */
  tickSize: Price,
  /** Units of the base in one lot (SYMBOL_TRADE_CONTRACT_SIZE). */
  contractSize: Volume,
  /** SYMBOL_VOLUME_MIN, _MAX, _STEP. */
  volumeMin: Volume,
  volumeMax: Volume,
  volumeStep: Volume,
  baseCurrency: Currency,
  profitCurrency: Currency,
  marginCurrency: Currency,
};

/** What is not known of every instrument; absent then. */
const optional = {
  /** What one tick earns a lot, in the profit's currency (SYMBOL_TRADE_TICK_VALUE). Absent: contract size · tick size. */
  tickValue: Price.optional(),
  /** The most that one side may hold, with its open orders (SYMBOL_VOLUME_LIMIT). */
  volumeLimit: Volume.optional(),
  /** What a lot takes whatever it costs, in the margin's currency (SYMBOL_MARGIN_INITIAL, _MAINTENANCE). */
  marginInitial: Volume.optional(),
  marginMaintenance: Volume.optional(),
  /**
   * What a lot takes that is covered by one of the other side (SYMBOL_MARGIN_HEDGED): money where `marginInitial` is given,
   * else a contract size. Absent: the contract size, so that two covered lots take what one would.
   */
  marginHedged: NonNegative.optional(),
  /** The day whose night costs three (SYMBOL_SWAP_ROLLOVER3DAYS). */
  swapTripleDay: Weekday.optional(),
  /** What a bond pays back (SYMBOL_TRADE_FACE_VALUE); its prices are percentages of it. */
  faceValue: Price.optional(),
};

/** What is the same with most brokers. */
const usual = {
  description: z.string().max(200),
  marginRates: z.strictObject({ buy: MarginRate, sell: MarginRate }),
  /** A hedged symbol takes the margin of its larger side (SYMBOL_MARGIN_HEDGED_USE_LEG). */
  marginOfLargerLeg: z.boolean(),
  swapMode: SwapMode,
  /** In what `swapMode` says, for a lot and a night; negative where the holder pays (SYMBOL_SWAP_LONG, _SHORT). */
  swapLong: Decimal,
  swapShort: Decimal,
  tradeMode: TradeMode,
  /** How a market order may be filled (SYMBOL_FILLING_MODE). */
  fillingModes: z.array(z.enum(["fok", "ioc", "boc"])).max(3),
  /** How long an order may rest (SYMBOL_EXPIRATION_MODE). */
  expirationModes: z.array(z.enum(["gtc", "day", "gtd", "gtd_day"])).max(4),
  /** None: always open. */
  sessions: z.array(TradingSession).max(70),
  /** The clock that sessions and nights are told by, minus UTC. */
  utcOffsetSeconds: z.int().min(-50_400).max(50_400),
};
const calculationMode = CalculationMode;

/** What is known of an instrument; names after MQL5's SymbolInfo properties. */
export const InstrumentSpecification = z
  .object({ ...instrumentBasics, calculationMode, ...optional, ...usual })
  .meta({ id: "InstrumentSpecification" });
export type InstrumentSpecification = z.output<typeof InstrumentSpecification>;

/** An instrument as it is defined; what is left out is as it is with most brokers (`completeInstrument`). */
export const InstrumentDefinition = z.object({
  ...instrumentBasics,
  ...z.object({ calculationMode, ...usual }).partial().shape,
  ...optional,
});
export type InstrumentDefinition = z.output<typeof InstrumentDefinition>;

/** Any part of it. */
export const InstrumentChanges = InstrumentDefinition.omit({ symbol: true }).partial();
export type InstrumentChanges = z.output<typeof InstrumentChanges>;

const plainRate = { initial: "1", maintenance: "1" };
const asUsual = {
  description: "",
  marginRates: { buy: plainRate, sell: plainRate },
  marginOfLargerLeg: false,
  swapMode: "disabled",
  swapLong: "0",
  swapShort: "0",
  tradeMode: "full",
  fillingModes: ["fok", "ioc"],
  expirationModes: ["gtc", "day", "gtd"],
  sessions: [],
  utcOffsetSeconds: 0,
} satisfies Partial<InstrumentSpecification>;

/**
 * The whole of a definition, changed where it was: a currency pair is forex and all else a CFD with leverage, nothing is
 * charged, it is always open.
 */
export function completeInstrument(
  definition: InstrumentDefinition,
  changes: InstrumentChanges = {},
): InstrumentSpecification {
  const known = { ...definition, ...withoutHoles(changes) };
  const isForex = known.baseCurrency !== known.profitCurrency && known.marginCurrency === known.baseCurrency;
  const { calculationMode = isForex ? "forex" : "cfd_leverage", ...given } = known;
  return { ...asUsual, ...withoutHoles(given), calculationMode };
}

type WithoutHoles<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };
const withoutHoles = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as WithoutHoles<Value>;
