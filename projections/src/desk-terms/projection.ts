import { deskEvents } from "@tradesage/contracts";
import type { ProjectionOf } from "../projection.ts";

export const deskTerms: ProjectionOf<"desk_terms", typeof deskEvents> = {
  table: "desk_terms",
  aggregate: "desk",
  events: deskEvents,
  key: { tenant_id: "tenantId" },
  on: {
    DeskTermsSet: {
      put: ({ data, at, actor }) => ({
        tenant_id: data.tenantId,
        rollover: data.rollover ?? null,
        paper_terms: data.paperTerms ?? null,
        changed_by: actor,
        changed_at: at,
      }),
    },
    DeskStateChanged: "ignored",
  },
};
