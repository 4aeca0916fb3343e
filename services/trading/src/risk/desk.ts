import type { DeskCommand, DeskEvent, TradingState } from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";

export interface DeskState {
  readonly state: TradingState;
  readonly reason: string | undefined;
}

/** The kill switch over all accounts of a tenant, or of the platform. */
export const desk: Decider<DeskState, DeskCommand, DeskEvent> = {
  initialState: { state: "active", reason: undefined },
  evolve: (_, { data: { state, reason } }) => ({ state, reason }),
  decide: ({ data }, { state, reason }) =>
    data.state === state && data.reason === reason ? [] : [{ type: "DeskStateChanged", data }],
};
