import type { Instruction, Report, Snapshot } from "@tradesage/contracts";
import type { Luck } from "./faults.ts";
import { priceOf as costOf } from "./positions.ts";
import type { ServerOrder } from "./server-order.ts";
import type { SimulatedTradeServer } from "./trade-server.ts";

/** Plays the expert of a terminal: what tools/mt5 does, in front of a simulated trade server. */
export interface SimulatedExpert {
  /** Carries an instruction out, once for its id. No report: it died on the way, and has to be started again. */
  take(instruction: Instruction): Report | undefined;
  snapshot(request?: string): Snapshot;
  /** Starts again; the reports of what it knows to have begun. */
  restart(): Report[];
}

const LAG_MS = 900;
const HISTORY_MS = 72 * 3_600_000;

export function createExpert(
  server: SimulatedTradeServer,
  luck: Luck,
  { now, symbols }: { readonly now: () => number; readonly symbols: Readonly<Record<string, string>> },
): SimulatedExpert {
  const ledger = new Map<string, Report | undefined>();
  let shown: Snapshot | undefined;

  function knows(magic: string): boolean {
    return server.taken.has(magic) || server.deals.some((deal) => deal.magic === magic);
  }

  return {
    take(instruction) {
      const { id } = instruction;
      if (ledger.has(id)) return ledger.get(id) ?? unknown(id, "begun, and the answer was never heard");
      if (now() > instruction.deadlineMsc) return refusal(id, "expired", "its deadline has passed");
      if (luck.befalls("offline")) return refusal(id, "refused", "the terminal does not reach the broker");
      if ((instruction.action === "place" || instruction.action === "close") && knows(instruction.magic)) {
        return unknown(id, "the broker holds something of it already");
      }
      if (luck.befalls("crashBefore")) return undefined;
      ledger.set(id, undefined);
      const { retcode, order, deal, volume, price } = server.send(instruction);
      const told = { retcode, order: String(order), deal: String(deal), volume: lots(volume), price: priceOf(price) };
      const report: Report = { type: "report", id, outcome: "answered", ...told, detail: "" };
      if (luck.befalls("crashAfter")) return undefined;
      ledger.set(id, report);
      return report;
    },
    restart() {
      if (luck.befalls("forget")) ledger.clear();
      return [...ledger].map(([id, report]) => report ?? unknown(id, "begun, and the answer was never heard"));
    },
    snapshot(request) {
      const isOffline = shown !== undefined && luck.befalls("offline");
      const dealsUntil = luck.befalls("lag") ? now() - LAG_MS : Number.POSITIVE_INFINITY;
      shown = isOffline ? shown : read(dealsUntil);
      const broker = isOffline ? "disconnected" : "connected";
      return { ...(shown as Snapshot), takenAtMsc: now(), broker, ...(request !== undefined && { request }) };
    },
  };

  function read(dealsUntil: number): Snapshot {
    const money = (cents: number) => (cents / 100).toFixed(2);
    const row = (symbol: string, magic: string) => ({ magic, name: symbols[symbol] ?? symbol, comment: "" });
    const equity = money(server.balance() + server.credit());
    return {
      ...{ type: "snapshot", takenAtMsc: now(), utcOffsetSeconds: 0, dealsFromMsc: now() - HISTORY_MS },
      account: {
        currency: "USD",
        leverage: 100,
        balance: money(server.balance()),
        credit: money(server.credit()),
        profit: "0",
        ...{ equity, margin: "0", freeMargin: equity },
      },
      positions: [...server.positions.values()].map((held) => ({
        ...row(held.symbol, held.magic),
        ...{ ticket: String(held.ticket), identifier: String(held.identifier), type: held.volume > 0 ? 0 : 1 },
        ...{ timeMsc: now(), swap: "0", profit: "0" },
        volume: lots(Math.abs(held.volume)),
        price: priceOf(costOf(held)),
        stopLoss: priceOf(held.stopLoss),
        takeProfit: priceOf(held.takeProfit),
      })),
      orders: [...server.orders.values()].map((order) => ({
        ...row(order.symbol, order.magic),
        ...{ ticket: String(order.ticket), type: typeOf(order), state: 1, timeMsc: now() },
        ...{ volumeInitial: lots(order.volume), volumeCurrent: lots(order.remaining), price: priceOf(order.price) },
        ...{ stopLimit: priceOf(order.stopLimit), stopLoss: priceOf(order.stopLoss) },
        takeProfit: priceOf(order.takeProfit),
      })),
      deals: server.deals
        .filter(({ timeMsc }) => timeMsc <= dealsUntil)
        .map((deal) => ({
          ...row(deal.symbol, deal.magic),
          ...{ ticket: String(deal.ticket), order: String(deal.order), position: String(deal.position) },
          ...{ entry: deal.entry, timeMsc: deal.timeMsc },
          ...{ type: deal.type, volume: lots(deal.volume) },
          ...{ price: priceOf(deal.price), profit: money(deal.profit), commission: money(deal.commission) },
          ...{ fee: "0", swap: "0" },
        })),
    };
  }
}

const kinds = ["market", "limit", "stop", "stop_limit"];
const typeOf = ({ kind, side }: ServerOrder) => 2 * kinds.indexOf(kind) + (side === "buy" ? 0 : 1);
const lots = (hundredths: number) => (hundredths / 100).toFixed(2);
const priceOf = (points: number) => (points / 100_000).toFixed(5);
const unknown = (id: string, detail: string): Report => ({ type: "report", id, outcome: "unknown", detail });
const refusal = (id: string, outcome: "refused" | "expired", detail: string): Report => ({
  ...{ type: "report", id, outcome, detail },
});
