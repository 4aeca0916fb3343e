import { z } from "zod";
import { Position, TenantId } from "../ids.ts";
import { command, event, query } from "../messages.ts";
import { PaperTerms, paperTermsRequest } from "./paper-venue.ts";
import { Daily } from "./risk-rules.ts";

const tenant = { tenantId: TenantId };

/** On what terms all accounts of a tenant trade; what is left out is as where nothing was ever set. */
const DeskTerms = z.object({
  /** When a day ends, and positions are charged for the night; none: at midnight by each instrument's own clock. */
  rollover: Daily.optional(),
  /** How orders of accounts at the paper venue are filled that have no terms of their own. */
  paperTerms: PaperTerms.optional(),
});
export type DeskTerms = z.output<typeof DeskTerms>;

export const deskTermsCommands = {
  /** From now on days end at this time of day in this zone; both left out: at midnight by each instrument's own clock. */
  SetRollover: command(
    "SetRollover",
    z
      .object({ ...tenant, at: Daily.shape.at.optional(), zone: Daily.shape.zone.optional() })
      .refine(({ at, zone }) => (at === undefined) === (zone === undefined), {
        path: ["zone"],
        message: "a time of day and its zone are given together, or neither",
      }),
  ),
  /** Holds for every account of the tenant that has no terms of its own, and for those that are opened later. */
  SetDeskPaperTerms: command("SetDeskPaperTerms", z.object({ ...tenant, ...paperTermsRequest })),
} as const;

export const deskTermsEvents = {
  /** The whole of them, as they are from now on. */
  DeskTermsSet: event("DeskTermsSet", z.object({ ...tenant, ...DeskTerms.shape })),
} as const;

export const DeskTermsView = z
  .object({
    ...{ ...tenant, ...DeskTerms.shape },
    /** Who changed them last, and when; absent where nobody ever did. */
    changedBy: z.string().optional(),
    changedAt: z.iso.datetime().optional(),
    position: Position.optional(),
  })
  .meta({ id: "DeskTerms" });
export type DeskTermsView = z.output<typeof DeskTermsView>;

export const deskTermsQueries = { deskTerms: query("deskTerms", z.object(tenant), DeskTermsView) } as const;
