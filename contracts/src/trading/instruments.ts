import { z } from "zod";
import { InstrumentSymbol } from "../ids.ts";
import { command, event, type MessageOf, query } from "../messages.ts";
import {
  completeInstrument,
  InstrumentChanges,
  InstrumentDefinition,
  InstrumentSpecification,
} from "./instrument-specification.ts";

export const instrumentCommands = {
  /** Adds an instrument, or changes its specification where it differs. What was changed by hand stays as it is. */
  DefineInstrument: command("DefineInstrument", InstrumentDefinition),
  /** Changes what is given, for good: no later definition undoes it. */
  ChangeInstrument: command("ChangeInstrument", z.object({ symbol: InstrumentSymbol, ...InstrumentChanges.shape })),
} as const;
export type InstrumentCommand = MessageOf<typeof instrumentCommands>;

export const instrumentEvents = {
  /** The whole specification, as it is from now on. Schema 1 knew no more of it than no definition leaves out. */
  InstrumentDefined: event("InstrumentDefined", InstrumentSpecification, 2, {
    1: (data) => completeInstrument(InstrumentDefinition.parse(data)),
  }),
  /** Everything that was changed by hand so far; what comes of it follows as `InstrumentDefined`. */
  InstrumentChanged: event("InstrumentChanged", z.object({ symbol: InstrumentSymbol, changes: InstrumentChanges })),
} as const;
export type InstrumentEvent = MessageOf<typeof instrumentEvents>;

export const instrumentQueries = {
  instruments: query("instruments", z.object({}), z.object({ items: z.array(InstrumentSpecification) })),
  instrument: query("instrument", z.object({ symbol: InstrumentSymbol }), InstrumentSpecification),
} as const;
