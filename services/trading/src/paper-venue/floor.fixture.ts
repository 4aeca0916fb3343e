import {
  type AccountCommand,
  type AccountEvent,
  accountCommands,
  type CommandEnvelope,
  type CommandReply,
  type DeskTerms,
  type JsonObject,
  parseInput,
  Refused,
} from "@tradesage/contracts";
import { fold } from "@tradesage/decider";
import { eventIdFor, type RecordedEvent } from "@tradesage/event-store";
import { pino } from "pino";
import { vi } from "vitest";
import type { Account } from "../account/account.ts";
import { account } from "../account/index.ts";
import type { Market } from "../calculation/market.ts";
import { eurusd } from "../calculation/market-of.fixture.ts";
import { createMarkets } from "../markets/markets.ts";
import { createDesks } from "../reactors/desks.ts";
import { createPaperVenue, type PaperVenue } from "./paper-venue.ts";

const tenant = "acme";
export const accountId = "main";

/**
 * One account and its venue, without a store or a bus: what the venue sends is decided at once, what is decided the
 * venue is told at once. The clock is the fake one of vitest. `check` sees every decision, and where it led.
 */
export function openFloor(check: (command: AccountCommand, state: Account, market: Market) => void = () => undefined) {
  const markets = createMarkets();
  markets.of(tenant).define(eurusd);
  const desks = createDesks();
  const recorded: RecordedEvent[] = [];
  let state = account.initialState;
  let venue = begin();

  function begin(): PaperVenue {
    const next = createPaperVenue({
      ...{ markets, desks, execute, maxQuoteAgeMs: 60_000, now: Date.now, logger: pino({ level: "silent" }) },
      watch: () => undefined,
    });
    for (const event of recorded) next.apply(tenant, event);
    next.open();
    return next;
  }

  function decide(command: AccountCommand, id: string): readonly AccountEvent[] {
    const { paperTerms } = desks.termsOf(tenant);
    const moment = { ...markets.of(tenant), at: Date.now(), restrictions: [], paperTerms };
    const events = account.decide(command, state, moment);
    state = events.reduce(account.evolve, state);
    const appended = events.map(({ type, data }, index) => {
      const position = BigInt(recorded.length + index);
      const event = { id: eventIdFor(id, index), type, data, metadata: { correlation: "c" }, stream: "" };
      return { ...event, position, revision: position, at: new Date() };
    });
    recorded.push(...appended);
    if (state) check(command, state, markets.of(tenant));
    for (const event of appended) venue.apply(tenant, event);
    return events;
  }

  async function execute({ command, data, idempotencyKey }: CommandEnvelope): Promise<CommandReply> {
    // What the venue sends while it is told something comes after that.
    await undefined;
    const parsed = parseInput(accountCommands[command as keyof typeof accountCommands].schema, data);
    const events = decide({ type: command, data: parsed } as AccountCommand, idempotencyKey);
    return { commandId: "", position: "0", revision: "0", events: [...events] };
  }

  return {
    /** Gives a command; a refused one changes nothing. Answers the code of the refusal, if any. */
    async send<Type extends AccountCommand["type"]>(type: Type, data: JsonObject): Promise<string | undefined> {
      try {
        await execute({ command: type, data, idempotencyKey: `${type} ${JSON.stringify(data)}` } as CommandEnvelope);
        return undefined;
      } catch (error) {
        if (error instanceof Refused) return error.code;
        throw error;
      } finally {
        await vi.advanceTimersByTimeAsync(0);
      }
    },
    /** The terms of the tenant, from now on. */
    setTerms: (terms: DeskTerms) => desks.apply({ type: "DeskTermsSet", data: { tenantId: tenant, ...terms } }),
    async tick(bid: number, ask: number): Promise<void> {
      const quote = { bid, ask, timeMsc: Date.now() };
      venue.arrive();
      markets.of(tenant).update(eurusd.symbol, { ...quote, receivedAt: Date.now() });
      venue.tick(tenant, eurusd.symbol, quote);
      await vi.advanceTimersByTimeAsync(0);
    },
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
    /** The venue dies, and another begins with the history. */
    async restart(): Promise<void> {
      await venue.close();
      venue = begin();
      await vi.advanceTimersByTimeAsync(0);
    },
    state: () => state,
    market: () => markets.of(tenant),
    events: (): AccountEvent[] => recorded.map(({ type, data }) => ({ type, data }) as AccountEvent),
    /** The account out of its events, as they are stored. */
    replayed: () =>
      fold(account, JSON.parse(JSON.stringify(recorded.map(({ type, data }) => ({ type, data })))) as AccountEvent[]),
    venue: () => venue,
  };
}
export type Floor = ReturnType<typeof openFloor>;
