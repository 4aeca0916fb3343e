import { instrumentEvents } from "@tradesage/contracts";
import type { ProjectionOf } from "../projection.ts";

export const instruments: ProjectionOf<"instruments", typeof instrumentEvents> = {
  table: "instruments",
  aggregate: "instrument",
  events: instrumentEvents,
  key: { symbol: "symbol" },
  on: {
    InstrumentDefined: { put: ({ data }) => ({ symbol: data.symbol, specification: data }) },
    InstrumentChanged: "ignored",
  },
};
