import { z } from "zod";
import { AccountId, InstrumentSymbol, Position } from "../ids.ts";
import { Timeframe } from "../market-data/bars.ts";
import { socketLimits } from "./limits.ts";

/** What a client calls one of its subscriptions. */
export const SubscriptionId = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, "1 to 64 visible ASCII characters")
  .meta({ id: "SubscriptionId", example: "my-orders" });

const symbols = z.array(InstrumentSymbol).min(1).max(socketLimits.symbolsPerSubscription);
const lossless = {
  id: SubscriptionId,
  /** Only what concerns this account. */
  accountId: AccountId.optional(),
  /** The last position that the client has seen: it gets all that came after it. Left out: from now on. */
  after: Position.optional(),
};

export const Subscribe = z.discriminatedUnion("channel", [
  z.strictObject({
    type: z.literal("subscribe"),
    channel: z.literal("quotes"),
    id: SubscriptionId,
    /** All instruments where left out. */
    symbols: symbols.optional(),
  }),
  z.strictObject({
    type: z.literal("subscribe"),
    channel: z.literal("bars"),
    id: SubscriptionId,
    symbols,
    timeframe: Timeframe,
  }),
  z.strictObject({
    type: z.literal("subscribe"),
    channel: z.literal("state"),
    id: SubscriptionId,
    accountId: AccountId,
  }),
  z.strictObject({ type: z.literal("subscribe"), channel: z.literal("events"), ...lossless }),
  z
    .strictObject({
      type: z.literal("subscribe"),
      channel: z.enum(["account", "orders", "positions"]),
      ...lossless,
      /** Begin with what there is: accounts; open orders or positions of `accountId`. Not together with `after`. */
      snapshot: z.literal(true).optional(),
    })
    .superRefine(({ channel, accountId, after, snapshot }, context) => {
      if (!snapshot) return;
      const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
      if (after !== undefined) refuse("after", "a snapshot has a position of its own");
      if (channel !== "account" && accountId === undefined) refuse("accountId", "a snapshot is of one account");
    }),
]);
export type Subscribe = z.output<typeof Subscribe>;

const Authenticate = z.strictObject({ type: z.literal("authenticate"), token: z.string().min(1).max(4096) });
const Unsubscribe = z.strictObject({ type: z.literal("unsubscribe"), id: SubscriptionId });
const Ping = z.strictObject({ type: z.literal("ping"), nonce: z.string().max(64).optional() });

/** What a client may send: one JSON object a text frame. */
export const ClientMessage = z.discriminatedUnion("type", [Authenticate, Subscribe, Unsubscribe, Ping]);
export type ClientMessage = z.output<typeof ClientMessage>;
