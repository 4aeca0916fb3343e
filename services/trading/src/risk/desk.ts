import {
  canonicalJson,
  type DataOf,
  type DeskCommand,
  type DeskEvent,
  type DeskTerms,
  type TenantId,
  type TradingState,
} from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";

export interface DeskState {
  readonly state: TradingState;
  readonly reason: string | undefined;
  readonly terms: DeskTerms;
}

/** The desk over all accounts of a tenant, or of the platform: its kill switch, and the terms that accounts trade on. */
export const desk: Decider<DeskState, DeskCommand, DeskEvent> = {
  initialState: { state: "active", reason: undefined, terms: {} },
  evolve(desk, { type, data }) {
    switch (type) {
      case "DeskStateChanged":
        return { ...desk, state: data.state, reason: data.reason };
      case "DeskTermsSet": {
        const { tenantId, ...terms } = data;
        return { ...desk, terms };
      }
    }
  },
  decide({ type, data }, desk) {
    switch (type) {
      case "SetDeskState":
        return data.state === desk.state && data.reason === desk.reason ? [] : [{ type: "DeskStateChanged", data }];
      case "SetRollover":
        return changed(desk.terms, data.tenantId, { ...desk.terms, rollover: rolloverOf(data) });
      case "SetDeskPaperTerms": {
        const { tenantId, ...paperTerms } = data;
        return changed(desk.terms, tenantId, { ...desk.terms, paperTerms });
      }
    }
  },
};

const rolloverOf = ({ at, zone }: DataOf<DeskCommand, "SetRollover">): DeskTerms["rollover"] =>
  at === undefined || zone === undefined ? undefined : { at, zone };

/** Nothing where they are the same. */
function changed(before: DeskTerms, tenantId: TenantId, { rollover, paperTerms }: DeskTerms): DeskEvent[] {
  const terms = { ...(rollover && { rollover }), ...(paperTerms && { paperTerms }) };
  if (canonicalJson(before) === canonicalJson(terms)) return [];
  return [{ type: "DeskTermsSet", data: { tenantId, ...terms } }];
}
