import { z } from "zod";
import { Decimal, Price, Volume } from "../decimals.ts";
import { InstrumentSymbol } from "../ids.ts";
import { Side } from "../trading/order-words.ts";
import { U64 } from "./u64.ts";

/**
 * What the bridge and an expert say to each other beside hello, welcome and heartbeats: instructions down, reports and
 * snapshots up. Described in docs/mt5-protocol.md. Whole numbers without a unit are MQL5's own constants.
 */

/** Made by whoever instructs, once for an intention: an expert carries out no id twice. */
export const InstructionId = z.string().regex(/^[\x21-\x7e]{1,64}$/, "1 to 64 visible ASCII characters");

/** Of the orders and deals that come of an instruction. Below 2^63, since MQL5 tells it as a long. */
const Magic = U64.refine((digits) => BigInt(digits) < 1n << 63n, "a number below 2^63");

const instruction = {
  type: z.literal("instruction"),
  id: InstructionId,
  /** UTC. It may not be begun later. */
  deadlineMsc: z.int().positive(),
  /** Made from the id, so that the broker's records can be searched for what came of it. */
  magic: Magic,
};
const protection = { stopLoss: Price.optional(), takeProfit: Price.optional() };
/** How far from the price that the terminal sees a deal may be, in points. */
const deviation = { deviation: z.int().min(0).optional() };
/** Of a market order: all of it or nothing; what can be had at once. Left out: what the symbol allows, `fok` first. */
const filling = { filling: z.enum(["fok", "ioc"]).optional() };
const pending = { price: Price, stopLimit: Price.optional(), expiresMsc: z.int().positive().optional() };

const Placement = z.strictObject({
  ...instruction,
  ...protection,
  ...deviation,
  action: z.literal("place"),
  symbol: InstrumentSymbol,
  side: Side,
  kind: z.enum(["market", "limit", "stop", "stop_limit"]),
  volume: Volume,
  ...filling,
  ...z.object(pending).partial().shape,
});

export const Instruction = z.discriminatedUnion("action", [
  Placement.refine(({ kind, price }) => (kind === "market") === (price === undefined), {
    path: ["price"],
    message: "of every order but a market order",
  })
    .refine(({ kind, stopLimit }) => (kind === "stop_limit") === (stopLimit !== undefined), {
      path: ["stopLimit"],
      message: "of a stop_limit order",
    })
    .refine(({ kind, filling }) => kind === "market" || filling === undefined, {
      path: ["filling"],
      message: "of a market order",
    }),
  /** `ticket` is a pending order's; what is left out is taken away from it. */
  z.strictObject({ ...instruction, ...protection, ...pending, action: z.literal("modify"), ticket: U64 }),
  z.strictObject({ ...instruction, action: z.literal("cancel"), ticket: U64 }),
  /** `ticket` is a position's; what is left out is taken away from it. */
  z.strictObject({ ...instruction, ...protection, action: z.literal("protect"), ticket: U64 }),
  /** All of a position, or a part. */
  z.strictObject({
    ...{ ...instruction, ...deviation, ...filling },
    ...{ action: z.literal("close"), ticket: U64, volume: Volume.optional() },
  }),
  /** A hedging account's position by an opposite one, as far as the smaller goes. */
  z.strictObject({ ...instruction, action: z.literal("close_by"), ticket: U64, by: U64 }),
]);
export type Instruction = z.output<typeof Instruction>;

/** Asks an expert for a snapshot that is taken from now on: behind every instruction that was sent to it before. */
export const SnapshotRequest = z.strictObject({ type: z.literal("snapshot-request"), id: InstructionId });
export type SnapshotRequest = z.output<typeof SnapshotRequest>;

/** The report of this id is stored for good; one that is not is told again after the next welcome. */
export const ReportStored = z.strictObject({ type: z.literal("report-stored"), id: InstructionId });
export type ReportStored = z.output<typeof ReportStored>;

const report = { type: z.literal("report"), id: InstructionId, detail: z.string() };

/** What came of an instruction; the same again when it is sent again. */
export const Report = z.discriminatedUnion("outcome", [
  /** The trade server's answer as it is: `retcode` 10009 is done, 10008 is placed and nothing more, 10012 is a doubt. */
  z.strictObject({
    ...report,
    outcome: z.literal("answered"),
    retcode: z.int(),
    order: U64,
    deal: U64,
    volume: Decimal,
    price: Decimal,
  }),
  /** Not begun, and never will be under this id's deadline unless it is sent again. */
  z.strictObject({ ...report, outcome: z.enum(["refused", "expired"]) }),
  /** It may have been carried out or not: snapshots show it. It is never begun again. */
  z.strictObject({ ...report, outcome: z.literal("unknown") }),
]);
export type Report = z.output<typeof Report>;

const record = { ticket: U64, magic: U64, name: z.string(), type: z.int(), timeMsc: z.int(), comment: z.string() };

/**
 * What the account holds, as the terminal shows it at one moment: the truth that hints and reports are held against.
 * `name` is the broker's name of a symbol, times are on the broker's clock.
 */
export const Snapshot = z.strictObject({
  type: z.literal("snapshot"),
  takenAtMsc: z.int(),
  /** Of the request that it answers; none for one that the expert sends by itself. */
  request: InstructionId.optional(),
  /** Whether the terminal reaches its broker: if not, what it shows may be old, and proves nothing by not being there. */
  broker: z.enum(["connected", "disconnected"]).optional(),
  utcOffsetSeconds: z.int(),
  account: z.strictObject({
    currency: z.string(),
    leverage: z.int(),
    balance: Decimal,
    credit: Decimal,
    profit: Decimal,
    equity: Decimal,
    margin: Decimal,
    freeMargin: Decimal,
  }),
  /** Open ones, all. `type`: ENUM_POSITION_TYPE. */
  positions: z.array(
    z.strictObject({
      ...record,
      identifier: U64,
      volume: Decimal,
      price: Decimal,
      stopLoss: Decimal,
      takeProfit: Decimal,
      swap: Decimal,
      profit: Decimal,
    }),
  ),
  /** Open ones, all. `type`: ENUM_ORDER_TYPE, `state`: ENUM_ORDER_STATE. */
  orders: z.array(
    z.strictObject({
      ...record,
      state: z.int(),
      volumeInitial: Decimal,
      volumeCurrent: Decimal,
      price: Decimal,
      stopLimit: Decimal,
      stopLoss: Decimal,
      takeProfit: Decimal,
    }),
  ),
  /** `deals` are all that there are since this moment. */
  dealsFromMsc: z.int(),
  /** `type`: ENUM_DEAL_TYPE, `entry`: ENUM_DEAL_ENTRY, `position`: the position's identifier. */
  deals: z.array(
    z.strictObject({
      ...record,
      order: U64,
      position: U64,
      entry: z.int(),
      volume: Decimal,
      price: Decimal,
      commission: Decimal,
      fee: Decimal,
      swap: Decimal,
      profit: Decimal,
    }),
  ),
});
export type Snapshot = z.output<typeof Snapshot>;
