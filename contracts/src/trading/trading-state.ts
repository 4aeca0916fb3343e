import { z } from "zod";
import { AccountId, PLATFORM, Position, TenantId } from "../ids.ts";
import { command, event, type MessageOf, query } from "../messages.ts";
import { Reason } from "../texts.ts";
import { deskTermsCommands, deskTermsEvents, deskTermsQueries } from "./desk-terms.ts";

/**
 * What may be traded. `active`: all. `reducing`: only what is sent to reduce. `halted`: nothing. Whatever the state,
 * orders can be cancelled, and stops close their positions.
 */
export const TradingState = z.enum(["active", "reducing", "halted"]).meta({ id: "TradingState" });
export type TradingState = z.output<typeof TradingState>;

/** A desk: all accounts of a tenant or, as `platform`, of every tenant. */
const desk = { tenantId: z.union([TenantId, z.literal(PLATFORM)]) };
const change = { state: TradingState, reason: Reason.optional() };
const hasReason = ({ state, reason }: { state: TradingState; reason?: string | undefined }) =>
  state === "active" || reason !== undefined;
const needsReason = { path: ["reason"], message: "say why" };

/** That trading is restricted, where, and why; kept with what was decided under it. */
export const Restriction = z
  .object({
    scope: z.enum(["account", "tenant", "platform"]),
    state: TradingState.exclude(["active"]),
    reason: z.string(),
  })
  .meta({ id: "Restriction" });
export type Restriction = z.output<typeof Restriction>;

export const tradingStateCommands = {
  /** Restricts one account, or lets it trade again. Orders that it may not have any more are cancelled with it. */
  SetTradingState: command(
    "SetTradingState",
    z.object({ accountId: AccountId, ...change }).refine(hasReason, needsReason),
  ),
  /** Sent by the policy that watches desks: cancels what the account may not have under the restrictions that stand. */
  EnforceTradingState: command("EnforceTradingState", z.object({ accountId: AccountId })),
} as const;

export const tradingStateEvents = {
  TradingStateChanged: event("TradingStateChanged", z.object({ accountId: AccountId, ...change })),
} as const;

export const deskCommands = {
  /** The kill switch of a tenant, or of the platform. */
  SetDeskState: command("SetDeskState", z.object({ ...desk, ...change }).refine(hasReason, needsReason)),
  ...deskTermsCommands,
} as const;
export type DeskCommand = MessageOf<typeof deskCommands>;

export const deskEvents = {
  DeskStateChanged: event("DeskStateChanged", z.object({ ...desk, ...change })),
  ...deskTermsEvents,
} as const;
export type DeskEvent = MessageOf<typeof deskEvents>;

export const DeskView = z
  .object({
    ...desk,
    state: TradingState,
    reason: z.string().optional(),
    changedBy: z.string(),
    changedAt: z.iso.datetime(),
    position: Position,
  })
  .meta({ id: "Desk" });
export type DeskView = z.output<typeof DeskView>;

export const deskQueries = {
  /** Of the tenant and of the platform: each whose state was ever set. */
  desks: query("desks", z.object(desk), z.object({ items: z.array(DeskView) })),
  ...deskTermsQueries,
} as const;
