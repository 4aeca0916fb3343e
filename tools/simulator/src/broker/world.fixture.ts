import {
  type AccountCommand,
  type AccountEvent,
  type CommandEnvelope,
  type CommandReply,
  type Evidence,
  type Instruction,
  type JsonObject,
  type PositionMode,
  Refused,
  type Report,
  type Snapshot,
} from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import { BusUnavailable, DeadlineExceeded } from "@tradesage/message-bus";
import {
  type AccountState,
  createMt5Venue,
  account as decider,
  eurusd,
  type Mt5Venue,
  marketOf,
} from "@tradesage/trading/testing";
import { pino } from "pino";
import { mulberry32 } from "../mulberry32.ts";
import { createExpert } from "./expert.ts";
import { type BrokerMisbehaviour, createLuck } from "./faults.ts";
import { createTradeServer } from "./trade-server.ts";

const tenant = "acme";
const accountId = "main";
const terminal = { server: "Broker-Demo", login: 5_012_345 };
const START = 1_767_225_600_000;
const STEP_MS = 500;
const silent = pino({ level: "silent" });

/** What can go wrong between the venue and the expert, and in the service. */
export interface Weather extends BrokerMisbehaviour {
  /** An instruction never reaches the expert; its report never reaches the venue by the bus. */
  readonly cutBefore?: number;
  readonly cutAfter?: number;
  /** Evidence is lost, comes late, or twice. */
  readonly lost?: number;
  readonly late?: number;
  readonly twice?: number;
  /** The terminal is away for a while; the service dies, and another one begins. */
  readonly away?: number;
  readonly killed?: number;
  /** The event store does not answer, before or after it took what it was given. */
  readonly refused?: number;
  readonly inDoubt?: number;
}

/**
 * A venue, a terminal and a broker in one process, on a clock of their own: what happens when is decided by the seed.
 * While the weather is bad everything goes wrong as often as it says; then it is good, and all must come out.
 */
export function createWorld(seed: number, weather: Weather, mode: PositionMode = "netting") {
  let now = START;
  let isBad = true;
  const random = mulberry32(seed ^ 0x5f356495);
  const strikes = (fault: keyof Weather) => isBad && random() < (weather[fault] ?? 0);
  const luck = createLuck(weather, seed);
  const calm = { ...luck, befalls: (fault: keyof BrokerMisbehaviour) => isBad && luck.befalls(fault) };
  const clock = () => now;
  const server = createTradeServer(calm, clock, mode);
  const expert = createExpert(server, calm, { now: clock, symbols: { EURUSD: "EURUSD.r" } });

  let state: AccountState;
  const stream: { event: AccountEvent; at: number }[] = [];
  let due: { readonly at: number; run(): void }[] = [];
  let session = 1;
  let awayUntil = 0;
  let venue: Mt5Venue;
  let process = 0;
  /** What was carried out of each instruction id, by the trade server. */
  const sent: string[] = [];

  const later = (ms: number, run: () => void) => void due.push({ at: now + ms, run });
  const moment = () => {
    const bid = server.bid() / 100_000;
    return { ...marketOf([eurusd, bid, bid + 0.00003]), at: now };
  };

  function decide(command: AccountCommand): AccountEvent[] {
    const events = [...decider.decide(command, state, moment())];
    for (const event of events) {
      state = decider.evolve(state, event);
      stream.push({ event, at: now });
    }
    if (events.length > 0) later(random() * 200, () => venue.apply(tenant, { ...wrapped(events[0] as AccountEvent) }));
    return events;
  }

  /** As the command handler of one process: a process that was killed reaches nothing any more. */
  const executeAs =
    (mine: number) =>
    async ({ command, data }: CommandEnvelope): Promise<CommandReply> => {
      if (mine !== process || strikes("refused")) throw new Refused("UNAVAILABLE");
      const events = decide({ type: command, data } as AccountCommand);
      if (strikes("inDoubt")) throw new Refused("DEADLINE_EXCEEDED");
      return {
        commandId: "",
        position: "0",
        revision: "0",
        events: events as unknown as { type: string; data: JsonObject }[],
      };
    };

  function tell(message: Report | Snapshot, of = session): void {
    if (strikes("lost")) return;
    const symbols = { "EURUSD.r": "EURUSD" };
    const evidence: Evidence = {
      ...{ terminal, session: String(of), marginMode: mode, symbols, receivedAtMsc: now, message },
    };
    later(strikes("late") ? random() * 20_000 : random() * 300, () => venue.hear(tenant, evidence));
    if (strikes("twice")) later(random() * 10_000, () => venue.hear(tenant, evidence));
  }

  function reconnect(): void {
    session++;
    for (const report of expert.restart()) tell(report);
    tell(expert.snapshot());
  }

  const isAway = () => now < awayUntil;
  const unknown = (id: string): Report => ({ type: "report", id, outcome: "unknown", detail: "the connection ended" });

  function carryOut(instruction: Instruction): Report | undefined {
    const before = server.taken.get(instruction.magic)?.length ?? 0;
    const report = expert.take(instruction);
    if ((server.taken.get(instruction.magic)?.length ?? 0) > before) sent.push(instruction.id);
    tell(expert.snapshot());
    if (!report) {
      awayUntil = now + random() * 15_000;
      later(awayUntil - now, reconnect);
    }
    return report;
  }

  const terminals = (mine: number) => ({
    async instruct(_: string, __: unknown, instruction: Instruction): Promise<Report> {
      if (mine !== process) throw new DeadlineExceeded("killed");
      if (isAway()) throw new BusUnavailable("nobody serves it");
      if (strikes("cutBefore")) throw new DeadlineExceeded("no answer");
      if (strikes("late")) {
        // On its way for longer than anybody waits.
        later(random() * 15_000, () => void (isAway() || report(carryOut(instruction))));
        throw new DeadlineExceeded("no answer");
      }
      const told = carryOut(instruction);
      report(told);
      if (!told) return unknown(instruction.id);
      if (strikes("cutAfter")) throw new DeadlineExceeded("no answer");
      return told;
    },
    async look(_: string, __: unknown, { id }: { readonly id: string }): Promise<void> {
      if (mine !== process || isAway()) throw new BusUnavailable("nobody serves it");
      const by = session;
      later(random() * 100, () => {
        if (!isAway() && by === session) tell(expert.snapshot(id));
      });
    },
  });
  const report = (told: Report | undefined) => told && tell(told);

  /** Another process of the service, which knows nothing but the history. */
  function start(): void {
    const mine = ++process;
    venue = createMt5Venue({
      ...{ terminals: terminals(mine), execute: executeAs(mine), now: clock, logger: silent },
      quoteOf: () => ({
        bid: server.bid() / 100_000,
        ask: (server.bid() + 3) / 100_000,
        timeMsc: now,
        receivedAt: now,
      }),
      async *read(_, __, from) {
        for (const [index, fact] of stream.entries()) if (index >= from) yield { ...fact, revision: BigInt(index) };
      },
    });
    const opened = stream[0]?.event;
    if (opened) venue.apply(tenant, wrapped(opened));
    venue.open();
  }

  async function pass(ms: number): Promise<void> {
    for (const end = now + ms; now < end; ) {
      now += STEP_MS;
      server.pass();
      const ready = due.filter(({ at }) => at <= now);
      due = due.filter(({ at }) => at > now);
      for (const { run } of ready.sort((a, b) => a.at - b.at)) run();
      if (strikes("away")) {
        awayUntil = now + random() * 20_000;
        later(awayUntil - now, reconnect);
      }
      if (strikes("killed")) start();
      venue.work();
      await new Promise(setImmediate);
    }
  }

  const opening = { accountId, currency: "USD", leverage: 500, mode, venue: "mt5", terminal } as const;
  start();
  decide({ type: "OpenAccount", data: opening });
  return {
    ...{ server, random, sent, pass, decide, stream },
    accountId,
    state: () => state,
    calm: () => {
      isBad = false;
    },
  };
}

const wrapped = ({ type, data }: AccountEvent) => ({ type, data }) as unknown as RecordedEvent;
export type World = ReturnType<typeof createWorld>;
