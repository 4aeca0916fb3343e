import type { Instruction, PositionMode } from "@tradesage/contracts";
import { doubts, type Luck, rejections } from "./faults.ts";
import type { ServerPosition } from "./positions.ts";
import { createBook } from "./server-book.ts";
import type { ServerOrder } from "./server-order.ts";

export interface Answer {
  readonly retcode: number;
  readonly order: number;
  readonly deal: number;
  readonly volume: number;
  readonly price: number;
}

const PLACED = 10_008;
const DONE = 10_009;
const DONE_PARTIAL = 10_010;
const INVALID_ORDER = 10_035;
const POSITION_CLOSED = 10_036;
const INVALID_CLOSE_VOLUME = 10_038;
const LATER_MS = 3_000;

/** A broker's trade server with one account. Its state is the truth that everything else is held against. */
export function createTradeServer(luck: Luck, now: () => number, mode: PositionMode = "netting") {
  const book = createBook(now, mode);
  const { orders, positions, deals, taken, balance, credit, bid, move, pay, correct, revoke } = book;
  const due: { readonly at: number; run(): void }[] = [];
  let scripted: { readonly retcode: number; readonly isCarriedOut: boolean } | undefined;

  return {
    ...{ orders, positions: positions.all, deals, taken, balance, credit, bid, move, pay, correct, revoke, execute },
    /** What was to happen later has happened by now. */
    pass(): void {
      for (const late of due.splice(0)) {
        if (late.at <= now()) late.run();
        else due.push(late);
      }
    },
    /** The next request is answered so, whether it is carried out or not. */
    answerOnce(retcode: number, isCarriedOut: boolean): void {
      scripted = { retcode, isCarriedOut };
    },
    /** Carries a request out, as far as luck has it. */
    send(instruction: Instruction): Answer {
      if (scripted) {
        const { retcode, isCarriedOut } = scripted;
        scripted = undefined;
        if (isCarriedOut) execute(instruction);
        return answer(retcode);
      }
      if (luck.befalls("reject")) return answer(luck.one(rejections));
      if (luck.befalls("doubtUndone")) return answer(luck.one(doubts));
      if (luck.befalls("doubtDone")) {
        execute(instruction);
        return answer(luck.one(doubts));
      }
      return execute(instruction);
    },
    /** A position goes on under another ticket, as after a night at some brokers. */
    renew(held: ServerPosition): void {
      held.ticket = book.ticket();
    },
  };

  function execute(instruction: Instruction): Answer {
    switch (instruction.action) {
      case "place":
        return place(instruction);
      case "cancel":
        return orders.delete(Number(instruction.ticket)) ? answer(DONE) : answer(INVALID_ORDER);
      case "modify": {
        const order = orders.get(Number(instruction.ticket));
        if (!order) return answer(INVALID_ORDER);
        order.price = points(instruction.price);
        order.stopLimit = points(instruction.stopLimit);
        order.stopLoss = points(instruction.stopLoss);
        order.takeProfit = points(instruction.takeProfit);
        return answer(DONE, { order: order.ticket });
      }
      case "protect": {
        const position = positions.byTicket(instruction.ticket);
        if (!position) return answer(POSITION_CLOSED);
        position.stopLoss = points(instruction.stopLoss);
        position.takeProfit = points(instruction.takeProfit);
        return answer(DONE);
      }
      case "close":
        return close(instruction);
      case "close_by":
        return closeBy(instruction);
    }
  }

  function place(placing: Extract<Instruction, { action: "place" }>): Answer {
    const { magic, symbol, side, kind } = placing;
    const volume = hundredths(placing.volume);
    const [price, stopLimit] = [points(placing.price), points(placing.stopLimit)];
    const ticket = book.ticket();
    const order: ServerOrder = {
      ...{ ticket, magic, symbol, side, kind, volume, remaining: volume, price, stopLimit },
      ...{ stopLoss: points(placing.stopLoss), takeProfit: points(placing.takeProfit) },
    };
    book.take(order);
    if (kind === "market") return trade(order);
    if (book.isReached(order)) book.fill(order, volume);
    return answer(DONE, { order: ticket });
  }

  function close(closing: Extract<Instruction, { action: "close" }>): Answer {
    const held = positions.byTicket(closing.ticket);
    if (!held) return answer(POSITION_CLOSED);
    const volume = closing.volume === undefined ? Math.abs(held.volume) : hundredths(closing.volume);
    if (volume > Math.abs(held.volume)) return answer(INVALID_CLOSE_VOLUME);
    const order = book.ordered(held, closing.magic, volume);
    book.take(order);
    return trade(order);
  }

  function closeBy({ ticket, by, magic }: Extract<Instruction, { action: "close_by" }>): Answer {
    const [held, other] = [positions.byTicket(ticket), positions.byTicket(by)];
    if (!held || !other) return answer(POSITION_CLOSED);
    if (Math.sign(held.volume) === Math.sign(other.volume)) return answer(INVALID_ORDER);
    return answer(DONE, { order: book.closeBy(held, other, magic) });
  }

  function trade(order: ServerOrder): Answer {
    const { ticket, volume } = order;
    if (luck.befalls("later")) {
      const part = Math.round(luck.share() * volume);
      due.push({ at: now() + luck.share() * LATER_MS, run: () => finish(order, part) });
      return answer(PLACED, { order: ticket });
    }
    const part = luck.befalls("partial") ? Math.ceil(luck.share() * volume) : volume;
    const deal = finish(order, part);
    return answer(part < volume ? DONE_PARTIAL : DONE, { order: ticket, deal, volume: part, price: book.ask() });
  }

  /** A market order is filled as far as it is, and is over. */
  function finish(order: ServerOrder, part: number): number {
    const deal = part > 0 ? book.fill(order, part) : 0;
    orders.delete(order.ticket);
    return deal;
  }
}

const hundredths = (volume: string) => Math.round(Number(volume) * 100);
const points = (price: string | undefined) => Math.round(Number(price ?? 0) * 100_000);
const answer = (retcode: number, more: Partial<Answer> = {}): Answer => ({
  ...{ retcode, order: 0, deal: 0, volume: 0, price: 0 },
  ...more,
});

export type SimulatedTradeServer = ReturnType<typeof createTradeServer>;
