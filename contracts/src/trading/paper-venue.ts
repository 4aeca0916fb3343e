import { z } from "zod";
import { Decimal, Money, PositiveMoney, Volume } from "../decimals.ts";
import { AccountId, Currency, ExecutionId, InstrumentSymbol, OrderId } from "../ids.ts";
import { command, event } from "../messages.ts";

const delay = z.int().min(0).max(60_000);
const ticks = z.int().min(1).max(10_000);
const minimum = PositiveMoney.optional();

/** By how many ticks a market or stop order is filled worse than at the quote. `random`: none to `ticks`, each as likely. */
const Slippage = z
  .discriminatedUnion("model", [
    z.strictObject({ model: z.literal("none") }),
    z.strictObject({ model: z.literal("fixed"), ticks }),
    z.strictObject({ model: z.literal("random"), ticks }),
  ])
  .meta({ id: "PaperSlippage" });

/** What a fill costs, in the account's currency: an amount a lot, or a percentage of what is traded. */
const Commission = z
  .discriminatedUnion("model", [
    z.strictObject({ model: z.literal("none") }),
    z.strictObject({ model: z.literal("per_lot"), amount: PositiveMoney, minimum }),
    z.strictObject({
      model: z.literal("percent"),
      percent: Decimal.refine((text) => /^(?!-)(\d|[1-9]\d)(\.|$)/.test(text), "from 0 to less than 100"),
      minimum,
    }),
  ])
  .meta({ id: "PaperCommission" });

/** How the paper venue fills an account's orders. */
export const PaperTerms = z
  .object({
    /** Milliseconds that an order travels, and at most as many more. */
    latencyMs: delay,
    latencyJitterMs: delay,
    slippage: Slippage,
    commission: Commission,
    /** Lots of an order that a quote fills at most; all of it where left out. */
    depth: Volume.optional(),
    /** Decides what is drawn by chance. */
    seed: z.string().max(64),
  })
  .meta({ id: "PaperTerms" });
export type PaperTerms = z.output<typeof PaperTerms>;

/** Terms as they are asked for. What is left out is as it is without any: at once, at the quote, for nothing, the whole order. */
export const paperTermsRequest = {
  latencyMs: delay.default(0),
  latencyJitterMs: delay.default(0),
  slippage: Slippage.default({ model: "none" }),
  commission: Commission.default({ model: "none" }),
  depth: PaperTerms.shape.depth,
  seed: PaperTerms.shape.seed.default(""),
};

export const paperCommands = {
  /** Terms of the account's own, instead of those of its tenant. */
  SetPaperTerms: command("SetPaperTerms", z.object({ accountId: AccountId, ...paperTermsRequest })),
  /** Those of its tenant again. */
  ClearPaperTerms: command("ClearPaperTerms", z.object({ accountId: AccountId })),
} as const;

export const paperEvents = {
  PaperTermsSet: event("PaperTermsSet", z.object({ accountId: AccountId, terms: PaperTerms })),
  PaperTermsCleared: event("PaperTermsCleared", z.object({ accountId: AccountId })),
  /** `amount` is what the account paid for an execution, in its currency. */
  CommissionCharged: event(
    "CommissionCharged",
    z.object({
      accountId: AccountId,
      orderId: OrderId,
      executionId: ExecutionId,
      symbol: InstrumentSymbol,
      amount: Money,
      currency: Currency,
      /** What it was decided by. */
      decidedBy: Commission.optional(),
    }),
  ),
} as const;
