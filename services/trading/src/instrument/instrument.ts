import {
  canonicalJson,
  completeInstrument,
  type InstrumentChanges,
  type InstrumentCommand,
  type InstrumentDefinition,
  type InstrumentEvent,
  type InstrumentSpecification,
  type JsonObject,
  refuse,
} from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";
import { consistent } from "./consistent.ts";

interface Instrument {
  readonly specification: InstrumentSpecification;
  /** What was changed by hand. */
  readonly changes: InstrumentChanges;
}

/** Undefined before it is defined. */
export type InstrumentState = Instrument | undefined;

/** An instrument is what its newest definition says, but for what was changed by hand. */
export const instrument: Decider<InstrumentState, InstrumentCommand, InstrumentEvent> = {
  initialState: undefined,
  evolve(state, { type, data }) {
    if (type === "InstrumentDefined") return { specification: data, changes: state?.changes ?? {} };
    if (!state) throw new Error("InstrumentChanged comes before InstrumentDefined");
    return { ...state, changes: data.changes };
  },
  decide({ type, data }, state) {
    if (type === "DefineInstrument") return redefined(state, data, state?.changes);
    const { symbol, ...changed } = data;
    if (!state) return refuse("INSTRUMENT_NOT_FOUND", `there is no instrument ${symbol}`, { symbol });
    const changes = { ...state.changes, ...changed };
    return [
      ...(isSame(changes, state.changes) ? [] : [{ type: "InstrumentChanged", data: { symbol, changes } } as const]),
      ...redefined(state, state.specification, changed),
    ];
  },
};

function redefined(
  state: InstrumentState,
  definition: InstrumentDefinition,
  changes?: InstrumentChanges,
): InstrumentEvent[] {
  const specification = completeInstrument(definition, changes);
  if (state && isSame(specification, state.specification)) return [];
  consistent(specification);
  return [{ type: "InstrumentDefined", data: specification }];
}

const isSame = (one: InstrumentChanges, other: InstrumentChanges): boolean =>
  canonicalJson(one as JsonObject) === canonicalJson(other as JsonObject);
