import { instrumentEvents } from "@tradesage/contracts";
import type { ProjectionOf } from "../projection.ts";

export const instruments: ProjectionOf<"instruments", typeof instrumentEvents> = {
  table: "instruments",
  aggregate: "instrument",
  events: instrumentEvents,
  key: { symbol: "symbol" },
  on: {
    InstrumentDefined: {
      put: ({ data }) => ({
        symbol: data.symbol,
        description: data.description,
        digits: data.digits,
        tick_size: data.tickSize,
        contract_size: data.contractSize,
        volume_min: data.volumeMin,
        volume_max: data.volumeMax,
        volume_step: data.volumeStep,
        base_currency: data.baseCurrency,
        profit_currency: data.profitCurrency,
        margin_currency: data.marginCurrency,
      }),
    },
  },
};
