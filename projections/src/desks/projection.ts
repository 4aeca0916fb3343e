import { deskEvents } from "@tradesage/contracts";
import type { ProjectionOf } from "../projection.ts";

export const desks: ProjectionOf<"desks", typeof deskEvents> = {
  table: "desks",
  aggregate: "desk",
  events: deskEvents,
  key: { tenant_id: "tenantId" },
  on: {
    DeskStateChanged: {
      put: ({ data, at, actor }) => ({
        tenant_id: data.tenantId,
        state: data.state,
        reason: data.reason ?? null,
        changed_by: actor,
        changed_at: at,
      }),
    },
    DeskTermsSet: "ignored",
  },
};
