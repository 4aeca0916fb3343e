import type { Market } from "./market.ts";

/** A position, order or deal: MQL5's names of its properties, and what they hold. */
export type Row = Record<string, number | string>;

/** MqlTradeRequest, as the programs fill it. */
export interface TradeRequest {
  readonly action: number;
  readonly magic: bigint;
  readonly order: bigint;
  readonly symbol: string;
  readonly volume: number;
  readonly price: number;
  readonly sl: number;
  readonly tp: number;
  readonly type: number;
  readonly comment: string;
  readonly position: bigint;
  readonly position_by: bigint;
}

export interface TradeResult {
  retcode: number;
  deal: bigint;
  order: bigint;
  volume: number;
  price: number;
  comment: string;
}

const retcodes = {
  done: 10_009,
  timeout: 10_012,
  invalid: 10_013,
  closed: 10_018,
  positionGone: 10_036,
};

const action = { deal: 1, pending: 5, protect: 6, modify: 7, remove: 8, closeBy: 10 };
/** ENUM_DEAL_ENTRY. */
const OUT_BY = 3;
const SELL = 1;

/**
 * The broker's side of trading, for one hedging account: market orders are executed at once at the last tick, others rest
 * until they are removed. `answer` may take a request away from it, and say what the terminal is told instead.
 */
export function createTradeServer(market: Market, now: () => number) {
  const [positions, orders] = [new Map<bigint, Row>(), new Map<bigint, Row>()];
  const [deals, history]: [Row[], Row[]] = [[], []];
  const requests: TradeRequest[] = [];
  let lastTicket = 1000n;
  const next = () => ++lastTicket;
  const server = {
    ...{ positions, orders, deals, history, requests },
    /** May execute the request itself, by calling `execute`, and answers for the server. */
    answer: undefined as ((request: TradeRequest, execute: () => TradeResult) => TradeResult) | undefined,
    send(request: TradeRequest): TradeResult {
      requests.push({ ...request });
      return server.answer ? server.answer(request, () => execute(request)) : execute(request);
    },
  };
  return server;

  function execute(request: TradeRequest): TradeResult {
    switch (request.action) {
      case action.deal:
        return deal(request);
      case action.pending: {
        const ticket = next();
        orders.set(ticket, orderRow(ticket, request));
        return result(retcodes.done, { order: ticket, volume: request.volume, price: request.price });
      }
      case action.protect:
        return change(positions.get(request.position), { POSITION_SL: request.sl, POSITION_TP: request.tp });
      case action.modify:
        return change(orders.get(request.order), {
          ...{ ORDER_PRICE_OPEN: request.price, ORDER_SL: request.sl, ORDER_TP: request.tp },
        });
      case action.remove:
        return remove(request.order);
      case action.closeBy:
        return closeBy(request);
    }
    return result(retcodes.invalid);
  }

  function deal(request: TradeRequest): TradeResult {
    const tick = market.symbols.get(request.symbol)?.ticks.at(-1);
    if (!tick) return result(retcodes.closed);
    const price = request.type === SELL ? tick.bid : tick.ask;
    const [order, ticket] = [next(), next()];
    const closed = positions.get(request.position);
    if (request.position > 0n && !closed) return result(retcodes.positionGone);
    const position = closed ? request.position : order;
    if (closed) reduce(request.position, closed, request.volume);
    else positions.set(position, positionRow(position, request, price));
    history.push({ ...orderRow(order, request), ORDER_STATE: 4, ORDER_VOLUME_CURRENT: 0, ORDER_TIME_DONE_MSC: now() });
    deals.push({
      ...{ DEAL_TICKET: Number(ticket), DEAL_ORDER: Number(order), DEAL_POSITION_ID: Number(position) },
      ...{
        DEAL_TIME_MSC: now(),
        DEAL_TYPE: request.type,
        DEAL_ENTRY: closed ? 1 : 0,
        DEAL_MAGIC: Number(request.magic),
      },
      ...{ DEAL_SYMBOL: request.symbol, DEAL_COMMENT: request.comment, DEAL_VOLUME: request.volume, DEAL_PRICE: price },
    });
    return result(retcodes.done, { order, deal: ticket, volume: request.volume, price });
  }

  function closeBy({ position, position_by, magic }: TradeRequest): TradeResult {
    const [held, other] = [positions.get(position), positions.get(position_by)];
    if (!held || !other) return result(retcodes.positionGone);
    if (held["POSITION_TYPE"] === other["POSITION_TYPE"]) return result(retcodes.invalid);
    const order = next();
    const volume = Math.min(Number(held["POSITION_VOLUME"]), Number(other["POSITION_VOLUME"]));
    for (const [id, row] of [[position, held] as const, [position_by, other] as const]) {
      deals.push({
        ...{ DEAL_TICKET: Number(next()), DEAL_ORDER: Number(order), DEAL_POSITION_ID: Number(id) },
        ...{ DEAL_TIME_MSC: now(), DEAL_TYPE: 1 - Number(row["POSITION_TYPE"]), DEAL_ENTRY: OUT_BY },
        ...{ DEAL_MAGIC: Number(magic), DEAL_SYMBOL: String(row["POSITION_SYMBOL"]), DEAL_VOLUME: volume },
        DEAL_PRICE: Number(other["POSITION_PRICE_OPEN"]),
      });
      reduce(id, row, volume);
    }
    return result(retcodes.done, { order });
  }

  function reduce(ticket: bigint, position: Row, volume: number): void {
    const left = Math.round((Number(position["POSITION_VOLUME"]) - volume) * 1e8) / 1e8;
    if (left <= 0) positions.delete(ticket);
    else position["POSITION_VOLUME"] = left;
  }

  function change(row: Row | undefined, properties: Row): TradeResult {
    if (!row) return result(retcodes.invalid);
    Object.assign(row, properties);
    return result(retcodes.done);
  }

  function remove(ticket: bigint): TradeResult {
    const order = orders.get(ticket);
    if (!order) return result(retcodes.invalid);
    orders.delete(ticket);
    history.push({ ...order, ORDER_STATE: 2, ORDER_TIME_DONE_MSC: now() });
    return result(retcodes.done, { order: ticket });
  }

  function orderRow(ticket: bigint, { magic, symbol, comment, volume, price, sl, tp, type }: TradeRequest): Row {
    return {
      ...{ ORDER_TICKET: Number(ticket), ORDER_TYPE: type, ORDER_STATE: 1, ORDER_TIME_SETUP_MSC: now() },
      ...{ ORDER_MAGIC: Number(magic), ORDER_SYMBOL: symbol, ORDER_COMMENT: comment, ORDER_PRICE_OPEN: price },
      ...{ ORDER_VOLUME_INITIAL: volume, ORDER_VOLUME_CURRENT: volume, ORDER_SL: sl, ORDER_TP: tp },
    };
  }

  function positionRow(
    ticket: bigint,
    { magic, symbol, comment, volume, sl, tp, type }: TradeRequest,
    price: number,
  ): Row {
    return {
      ...{ POSITION_TICKET: Number(ticket), POSITION_IDENTIFIER: Number(ticket), POSITION_TYPE: type },
      ...{
        POSITION_TIME_MSC: now(),
        POSITION_MAGIC: Number(magic),
        POSITION_SYMBOL: symbol,
        POSITION_COMMENT: comment,
      },
      ...{ POSITION_VOLUME: volume, POSITION_PRICE_OPEN: price, POSITION_PRICE_CURRENT: price },
      ...{ POSITION_SL: sl, POSITION_TP: tp },
    };
  }
}

const result = (retcode: number, more: Partial<TradeResult> = {}): TradeResult => ({
  ...{ retcode, deal: 0n, order: 0n, volume: 0, price: 0, comment: "" },
  ...more,
});

export type TradeServer = ReturnType<typeof createTradeServer>;
