import type { EnumNames } from "./market.ts";
import type { Row, TradeRequest, TradeResult, TradeServer } from "./trade-server.ts";

const whole = (value: number | string | undefined) => BigInt(Math.trunc(Number(value ?? 0)));
const real = (value: number | string | undefined) => Number(value ?? 0);
const text = (value: number | string | undefined) => String(value ?? "");

/** MQL5's functions of orders, positions and history: `…Get…` speak of the row that was selected last. */
export function tradingFunctions(server: TradeServer, nameOf: EnumNames) {
  const read = (row: Row | undefined, type: string, property: number) => row?.[nameOf(type, property)];
  const [position, order] = [selection(server.positions), selection(server.orders)];
  const [deal, done] = [byTicket(() => server.deals, "DEAL_TICKET"), byTicket(() => server.history, "ORDER_TICKET")];
  const ofPosition = (kind: string) => (property: number) =>
    read(position.row(), `ENUM_POSITION_PROPERTY_${kind}`, property);
  const ofOrder = (kind: string) => (property: number) => read(order.row(), `ENUM_ORDER_PROPERTY_${kind}`, property);
  const ofDone = (kind: string) => (ticket: bigint, property: number) =>
    read(done.row(ticket), `ENUM_ORDER_PROPERTY_${kind}`, property);
  const ofDeal = (kind: string) => (ticket: bigint, property: number) =>
    read(deal.row(ticket), `ENUM_DEAL_PROPERTY_${kind}`, property);
  const as =
    <Args extends unknown[], T>(
      get: (...args: Args) => number | string | undefined,
      convert: (value: number | string | undefined) => T,
    ) =>
    (...args: Args) =>
      convert(get(...args));

  return {
    PositionsTotal: () => server.positions.size,
    PositionGetTicket: position.at,
    PositionSelectByTicket: position.select,
    PositionGetInteger: as(ofPosition("INTEGER"), whole),
    PositionGetDouble: as(ofPosition("DOUBLE"), real),
    PositionGetString: as(ofPosition("STRING"), text),
    OrdersTotal: () => server.orders.size,
    OrderGetTicket: order.at,
    OrderSelect: order.select,
    OrderGetInteger: as(ofOrder("INTEGER"), whole),
    OrderGetDouble: as(ofOrder("DOUBLE"), real),
    OrderGetString: as(ofOrder("STRING"), text),
    HistorySelect: () => true,
    HistoryOrdersTotal: () => server.history.length,
    HistoryOrderGetTicket: done.at,
    HistoryOrderGetInteger: as(ofDone("INTEGER"), whole),
    HistoryOrderGetDouble: as(ofDone("DOUBLE"), real),
    HistoryOrderGetString: as(ofDone("STRING"), text),
    HistoryDealsTotal: () => server.deals.length,
    HistoryDealGetTicket: deal.at,
    HistoryDealGetInteger: as(ofDeal("INTEGER"), whole),
    HistoryDealGetDouble: as(ofDeal("DOUBLE"), real),
    HistoryDealGetString: as(ofDeal("STRING"), text),
    OrderSend(request: TradeRequest, result: TradeResult): boolean {
      Object.assign(result, server.send(request));
      return result.retcode < 10_010 && result.retcode >= 10_008;
    },
  };
}

function selection(rows: ReadonlyMap<bigint, Row>) {
  let selected = 0n;
  const select = (ticket: bigint) => {
    selected = ticket;
    return rows.has(ticket);
  };
  return {
    select,
    row: () => rows.get(selected),
    at(index: number): bigint {
      const ticket = [...rows.keys()][index] ?? 0n;
      select(ticket);
      return ticket;
    },
  };
}

const byTicket = (rows: () => readonly Row[], key: string) => ({
  at: (index: number) => whole(rows()[index]?.[key]),
  row(ticket: bigint): Row | undefined {
    const number = Number(ticket);
    return rows().find((row) => row[key] === number);
  },
});
