import { z } from "zod";
import { Decimal, Money, NonNegative, Price, Volume } from "../decimals.ts";
import { AccountId, Currency, ExecutionId, InstrumentSymbol, Position, TradeId } from "../ids.ts";
import { page, paging, query } from "../messages.ts";
import { JournalTag } from "./journal.ts";
import { Side } from "./order-words.ts";

/** `vanished`: the broker has it no more, and no execution of ours tells why. */
export const TradeStatus = z.enum(["open", "closed", "vanished"]).meta({ id: "TradeStatus" });
export type TradeStatus = z.output<typeof TradeStatus>;

const trade = {
  tradeId: TradeId,
  accountId: AccountId,
  symbol: InstrumentSymbol,
  side: Side,
  status: TradeStatus,
  /** All that was ever entered, and what of it is open. */
  volume: Volume,
  openVolume: Decimal,
  /** Volume-weighted, of all entries and of all exits. */
  entryPrice: Price,
  exitPrice: Price.optional(),
  /** What its closed parts have earned, in the account's currency. */
  profit: Money,
  /** The first stop loss that it had, and how far that was from its opening price; none where it was not at a loss. */
  initialStop: Price.optional(),
  initialRisk: Price.optional(),
  /** What its closed parts have earned as a multiple of the initial risk of its opening volume, by prices. */
  r: Decimal.optional(),
  /** How often somebody changed its stop loss after the first, and whether that ever took it further away, or off. */
  stopMoves: z.int(),
  stopWidened: z.boolean(),
  /** What its account's journal calls it. */
  tags: z.array(JournalTag),
  openedAt: z.iso.datetime(),
  closedAt: z.iso.datetime().optional(),
};

/** A round trip: from the opening of a position to its end, with what was added and closed in parts between. */
export const TradeView = z.object(trade).meta({ id: "Trade" });
export type TradeView = z.output<typeof TradeView>;

const TradeFill = z
  .object({
    kind: z.enum(["opened", "increased", "reduced", "closed"]),
    executionId: ExecutionId,
    volume: Volume,
    price: Price,
    profit: Money.optional(),
    at: z.iso.datetime(),
    position: Position,
  })
  .meta({ id: "TradeFill" });

const StopChange = z
  .object({
    stopLoss: Price.optional(),
    takeProfit: Price.optional(),
    /** The stop loss followed the market; nobody moved it. */
    trailed: z.boolean(),
    /** Who moved it: the subject of the token, or a service. */
    actor: z.string(),
    at: z.iso.datetime(),
    position: Position,
  })
  .meta({ id: "StopChange" });

/** How far the market went against it and for it, from its opening price, at the prices that would have closed it. */
const Excursion = z
  .object({ mae: NonNegative, mfe: NonNegative, maeR: Decimal.optional(), mfeR: Decimal.optional() })
  .meta({ id: "Excursion" });

export const TradeDetail = z
  .object({
    ...trade,
    fills: z.array(TradeFill),
    /** Every change, oldest first. */
    stops: z.array(StopChange),
    /** Of the ticks from its opening to its end, or until now; absent where none of them are kept. */
    excursion: Excursion.optional(),
  })
  .meta({ id: "TradeDetail" });
export type TradeDetail = z.output<typeof TradeDetail>;

/** What an open position is worth, signed: bought is positive. At the price at which it was opened. */
const SymbolExposure = z
  .object({ symbol: InstrumentSymbol, side: Side, volume: Volume, currency: Currency, amount: Decimal })
  .meta({ id: "SymbolExposure" });

/** How much of a currency the account holds by all its positions: a pair is bought with its other currency. */
const CurrencyExposure = z.object({ currency: Currency, amount: Decimal }).meta({ id: "CurrencyExposure" });

export const tradeQueries = {
  /** By opening, newest first. */
  trades: query(
    "trades",
    z.object({
      accountId: AccountId,
      symbol: InstrumentSymbol.optional(),
      tag: JournalTag.optional(),
      ...paging(200, 100),
    }),
    page(TradeView),
  ),
  trade: query("trade", z.object({ accountId: AccountId, tradeId: TradeId }), TradeDetail),
  exposure: query(
    "exposure",
    z.object({ accountId: AccountId }),
    z.object({ symbols: z.array(SymbolExposure), currencies: z.array(CurrencyExposure) }),
  ),
} as const;
