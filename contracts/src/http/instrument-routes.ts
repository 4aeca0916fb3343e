import { instrumentCommands, instrumentQueries } from "../trading/instruments.ts";
import { type Route, readers } from "./route.ts";

const command = {
  kind: "command",
  method: "POST",
  scope: "tenant",
  owner: "trading",
  aggregate: "symbol",
  roles: ["admin"],
} as const;
const query = { kind: "query", method: "GET", scope: "tenant", owner: "projections", roles: readers } as const;

export const instrumentRoutes = {
  defineInstrument: {
    ...command,
    path: "/v1/instruments",
    summary: "Add an instrument, or change its specification",
    type: instrumentCommands.DefineInstrument,
    example: {
      symbol: "EURUSD",
      description: "Euro against US dollar",
      digits: 5,
      tickSize: "0.00001",
      contractSize: "100000",
      volumeMin: "0.01",
      volumeMax: "100",
      volumeStep: "0.01",
      baseCurrency: "EUR",
      profitCurrency: "USD",
      marginCurrency: "EUR",
    },
    status: 201,
    location: "/v1/instruments/{symbol}",
    refusals: [],
  },
  changeInstrument: {
    ...command,
    path: "/v1/instruments/{symbol}/changes",
    summary: "Change parts of an instrument for good, whatever a terminal says of it later",
    type: instrumentCommands.ChangeInstrument,
    example: { swapMode: "points", swapLong: "-7.2", swapShort: "2.1", swapTripleDay: "wednesday" },
    status: 200,
    refusals: ["INSTRUMENT_NOT_FOUND"],
  },
  listInstruments: {
    ...query,
    path: "/v1/instruments",
    summary: "The instruments of the tenant",
    type: instrumentQueries.instruments,
    refusals: [],
  },
  getInstrument: {
    ...query,
    path: "/v1/instruments/{symbol}",
    summary: "One instrument",
    type: instrumentQueries.instrument,
    refusals: ["INSTRUMENT_NOT_FOUND"],
  },
} as const satisfies Record<string, Route>;
