import {
  canonicalJson,
  type InstrumentCommand,
  type InstrumentEvent,
  type InstrumentSpecification,
  refuse,
} from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";
import createBig from "big.js";

/** What is known of it; undefined before it is defined. */
export type InstrumentState = InstrumentSpecification | undefined;

/** An instrument is what its newest definition says; one that says nothing new changes nothing. */
export const instrument: Decider<InstrumentState, InstrumentCommand, InstrumentEvent> = {
  initialState: undefined,
  evolve: (_, { data }) => data,
  decide({ data }, state) {
    if (state && canonicalJson({ ...state }) === canonicalJson({ ...data })) return [];
    consistent(data);
    return [{ type: "InstrumentDefined", data }];
  },
};

function consistent({ volumeMin, volumeMax, volumeStep, tickSize, digits }: InstrumentSpecification): void {
  if (createBig(volumeMin).gt(volumeMax)) {
    refuse("INVALID_INPUT", "volumeMin is greater than volumeMax", { volumeMin, volumeMax });
  }
  if (createBig(volumeStep).gt(volumeMax)) {
    refuse("INVALID_INPUT", "volumeStep is greater than volumeMax", { volumeStep, volumeMax });
  }
  if (!createBig(tickSize).round(digits).eq(tickSize)) {
    refuse("INVALID_INPUT", "tickSize has more digits than its prices", { tickSize, digits });
  }
}
