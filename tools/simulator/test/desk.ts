import { randomUUID } from "node:crypto";
import {
  type AccountEvent,
  encodeTickBatch,
  type JsonObject,
  NO_SYMBOL_INDEX,
  type PositionMode,
  Refused,
  streams,
  subjects,
} from "@tradesage/contracts";
import { type AccountState, account as decider } from "@tradesage/trading/testing";
import { until } from "@tradesage/until";
import { onTestFinished } from "vitest";
import { type BrokerMisbehaviour, createLuck } from "../src/broker/faults.ts";
import { runExpert } from "../src/broker/run-expert.ts";
import { createTradeServer } from "../src/broker/trade-server.ts";
import type { Installation } from "./installation.ts";

export const seed = Number(process.env["TRADESAGE_SEED"] ?? 1);
export const accountId = "main";
const terminal = { server: "Broker-Demo", login: 5_012_345 };

export interface DeskOptions {
  readonly mode: PositionMode;
  readonly misbehaviour: BrokerMisbehaviour;
}

/** An account at a simulated broker, whose terminal comes in by the bridge. */
export async function openDesk(installation: Installation, tenant: string, { mode, misbehaviour }: DeskOptions) {
  const luck = createLuck(misbehaviour, seed);
  const next = new Set<keyof BrokerMisbehaviour>();
  let isBad = true;
  const befalls = (fault: keyof BrokerMisbehaviour) => next.delete(fault) || (isBad && luck.befalls(fault));
  const server = createTradeServer({ ...luck, befalls }, Date.now, mode);
  const key = await installation.key(tenant);
  let ending: AbortController;
  let expert: Promise<void> = Promise.resolve();

  /** A terminal that knows nothing of any before it. */
  function come(): void {
    ending = new AbortController();
    expert = runExpert({
      ...{ url: installation.url, key, ...terminal, mode, symbol: "EURUSD", tradeServer: server },
      ...{ luck: { ...luck, befalls }, signal: ending.signal },
    });
  }
  async function leave(): Promise<void> {
    ending.abort();
    await expert;
  }
  come();
  onTestFinished(leave);

  async function send(command: string, data: JsonObject): Promise<string> {
    const origin = { tenant, actor: "spec", idempotencyKey: randomUUID(), correlation: randomUUID() };
    const envelope = { command, data: { accountId, ...data }, ...origin, at: new Date().toISOString() };
    const outcome = installation.bus.request(subjects.command("trading", tenant, command, accountId), envelope);
    return outcome.then(
      () => "accepted",
      (error: unknown) => (error instanceof Refused ? error.code : String(error)),
    );
  }
  async function events(): Promise<AccountEvent[]> {
    const all: AccountEvent[] = [];
    for await (const { type, data } of installation.eventStore.readStream(streams.account(tenant, accountId)))
      all.push({ type, data } as AccountEvent);
    return all;
  }
  function quote(): void {
    const bid = server.bid() / 100_000;
    const tick = { timeMsc: Date.now(), bid, ask: bid + 0.00003, last: 0, volume: 0, flags: 6, ordinal: 0, quality: 0 };
    const header = { kind: "live", symbolIndex: NO_SYMBOL_INDEX, epoch: 1n, sequence: 1n } as const;
    const batch = encodeTickBatch({ ...header, lost: 0, utcOffsetSeconds: 0, ticks: [tick] });
    installation.bus.publish(subjects.quotes(tenant, "EURUSD"), batch);
  }
  await until("the account is open", async () => {
    const outcome = await send("OpenAccount", { venue: "mt5", terminal, leverage: 500, mode });
    return outcome === "accepted" || outcome === "ACCOUNT_EXISTS";
  });
  return {
    ...{ server, luck, events, quote, come, leave },
    /** Asked for until it is taken; what is there already was. */
    async ask(command: string, data: JsonObject): Promise<void> {
      let outcome = "";
      await until(`${command} is taken`, async () => {
        quote();
        outcome = await send(command, data);
        return outcome === "accepted" || outcome === "ORDER_EXISTS";
      }).catch((cause: unknown) => {
        throw new Error(`${command}: ${outcome}`, { cause });
      });
    },
    async account(): Promise<NonNullable<AccountState>> {
      const state = (await events()).reduce<AccountState>(decider.evolve, undefined);
      if (!state) throw new Error("the account is not open");
      return state;
    },
    /** It goes wrong the next time that it can. */
    befall: (fault: keyof BrokerMisbehaviour) => void next.add(fault),
    calm: () => {
      isBad = false;
    },
  };
}
