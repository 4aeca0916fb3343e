import {
  type CommandHandler,
  commandMetrics,
  createCommandHandler,
  serveCommands,
  serveStates,
  sourceVersion,
} from "@tradesage/command-handler";
import {
  accountCommands,
  accountEvents,
  deskCommands,
  deskEvents,
  instrumentCommands,
  instrumentEvents,
  journalCommands,
  journalEvents,
  stateQueries,
  streams,
  subjects,
} from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { type Bus, buckets } from "@tradesage/message-bus";
import type { Logger, Registry } from "@tradesage/telemetry";
import { account } from "./account/index.ts";
import { endpoints } from "./endpoints.ts";
import { followHistory } from "./history/history.ts";
import { createHistorySnapshots } from "./history/history-snapshot.ts";
import { ofKnownAccount } from "./history/known-account.ts";
import { instrument } from "./instrument/instrument.ts";
import { type JournalState, journal } from "./journal/journal.ts";
import { createLiveStates } from "./live/live-states.ts";
import { serveLiveStates } from "./live/serve-live-states.ts";
import { askForQuotes } from "./markets/ask-for-quotes.ts";
import { createMarkets } from "./markets/markets.ts";
import { hearTicks } from "./markets/ticks.ts";
import { hearEvidence } from "./mt5-venue/hear-evidence.ts";
import { createMt5Venue } from "./mt5-venue/mt5-venue.ts";
import { readAccounts } from "./mt5-venue/read-accounts.ts";
import { terminalsOnBus } from "./mt5-venue/terminals-on-bus.ts";
import { createPaperVenue } from "./paper-venue/paper-venue.ts";
import { createDesks } from "./reactors/desks.ts";
import { createEnforcement } from "./reactors/enforcement.ts";
import { createHolds } from "./reactors/holds.ts";
import { createPolicy } from "./reactors/policy.ts";
import { createRiskWatch } from "./reactors/risk-watch.ts";
import { createRollover } from "./reactors/rollover.ts";
import { desk } from "./risk/desk.ts";
import { accountCodec } from "./snapshots/account-codec.ts";
import { stateCodec } from "./snapshots/state-codec.ts";
import { createVenues } from "./venues/venues.ts";

const WORK_EVERY_MS = 500;

export interface TradingOptions {
  readonly eventStore: EventStore;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly maxQuoteAgeMs: number;
}

export interface Trading {
  /** Rejects when the history cannot be followed any more: the process must end. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Starts the service; once it returns, commands are answered and orders are matched. */
export async function startTrading(options: TradingOptions): Promise<Trading> {
  const { eventStore, bus, logger, metrics: registry, maxQuoteAgeMs } = options;
  const markets = createMarkets();
  const desks = createDesks();
  const shared = { eventStore, refusals: await bus.kv(buckets.refusals), logger, metrics: commandMetrics(registry) };

  const objects = await bus.objects(buckets.snapshots);

  const holds = createHolds();

  const accountsHandler = createCommandHandler({
    ...shared,
    commands: accountCommands,
    events: accountEvents,
    decider: account,
    snapshots: {
      store: objects,
      codec: accountCodec,
      version: sourceVersion(
        import.meta.resolve("./account/evolve.ts"),
        import.meta.resolve("./snapshots/account-codec.ts"),
      ),
    },
    streamOf: (tenant, { data }) => streams.account(tenant, data.accountId),
    context: ({ tenant, at }) => ({
      ...{ ...markets.of(tenant), at: Date.parse(at), restrictions: desks.of(tenant) },
      paperTerms: desks.termsOf(tenant).paperTerms,
    }),
  });
  const accounts = { ...accountsHandler, handle: changing(holds.unlessHeld(accountsHandler.handle)) };
  const instruments = createCommandHandler({
    ...shared,
    commands: instrumentCommands,
    events: instrumentEvents,
    decider: instrument,
    streamOf: (tenant, { data }) => streams.instrument(tenant, data.symbol),
    context: () => undefined,
  });

  const journalsHandler = createCommandHandler({
    ...shared,
    commands: journalCommands,
    events: journalEvents,
    decider: journal,
    snapshots: {
      store: objects,
      codec: stateCodec<JournalState>(),
      version: sourceVersion(
        import.meta.resolve("./journal/journal.ts"),
        import.meta.resolve("./snapshots/state-codec.ts"),
      ),
    },
    streamOf: (tenant, { data }) => streams.journal(tenant, data.accountId),
    context: () => undefined,
  });
  const journals = {
    ...journalsHandler,
    handle: holds.unlessHeld(ofKnownAccount(eventStore, journalsHandler.handle)),
  };

  const desksHandler = createCommandHandler({
    ...shared,
    commands: deskCommands,
    events: deskEvents,
    decider: desk,
    streamOf: (scope) => streams.desk(scope),
    context: () => undefined,
  });

  const stopping = new AbortController();
  const { signal } = stopping;
  const paper = createPaperVenue({
    ...{ markets, desks, execute: accounts.handle, maxQuoteAgeMs, now: Date.now, logger },
    watch: (tenant, symbol) => ticks.watch(tenant, symbol),
  });
  const ticks = hearTicks(
    bus,
    {
      watches: (tenant, symbol) => paper.watches(tenant, symbol) || riskWatch.watches(tenant, symbol),
      take(tenant, symbol, quote) {
        paper.arrive();
        markets.of(tenant).update(symbol, { ...quote, receivedAt: Date.now() });
        paper.tick(tenant, symbol, quote);
        riskWatch.tick(tenant, symbol, quote);
      },
    },
    logger,
  );
  const policy = createPolicy({ execute: accounts.handle, now: Date.now, logger });
  const enforcement = createEnforcement(desks, policy);
  const rollover = createRollover({ markets, desks, execute: accounts.handle, now: Date.now, logger });
  const riskWatch = createRiskWatch({
    ...{ markets, policy, read: accounts.read, now: Date.now, logger },
    watch: (tenant, symbol) => ticks.watch(tenant, symbol),
  });
  const liveStates = createLiveStates({
    ...{ markets, read: accounts.read, maxQuoteAgeMs, now: Date.now, logger },
    publish: (tenant, state) =>
      bus.publish(subjects.liveState(tenant, state.accountId), Buffer.from(JSON.stringify(state))),
  });
  const snapshots = createHistorySnapshots(objects, eventStore, logger);
  const mt5 = createMt5Venue({
    ...{ terminals: terminalsOnBus(bus), execute: accounts.handle, now: Date.now, logger },
    read: readAccounts(eventStore),
    quoteOf: (tenant, symbol) => markets.of(tenant).quote(symbol),
  });
  const venue = createVenues({ paper, mt5 });
  const history = followHistory({
    eventStore,
    snapshots,
    markets,
    venue,
    desks,
    enforcement,
    holds,
    riskWatch,
    rollover,
    signal,
  });
  await history.caughtUp;
  const evidence = hearEvidence(bus, mt5, logger, signal);
  const working = setInterval(mt5.work, WORK_EVERY_MS);
  logger.info({ openOrders: venue.openOrders() }, "the history has been seen");
  void askForQuotes(bus, markets, logger, signal);
  const serving = await serveCommands(
    bus,
    "trading",
    endpoints({
      ...{ account: accounts, instrument: instruments, journal: journals, desk: desksHandler },
      ...{ markets, history, mt5 },
    }),
  );

  const auditing = await serveStates(bus, "trading", eventStore, [
    {
      ...{ query: stateQueries.accountState, decider: account, events: accountEvents },
      streamOf: (tenant, data) => streams.account(tenant, String(data["accountId"])),
    },
    {
      ...{ query: stateQueries.journalState, decider: journal, events: journalEvents },
      streamOf: (tenant, data) => streams.journal(tenant, String(data["accountId"])),
    },
    {
      ...{ query: stateQueries.instrumentState, decider: instrument, events: instrumentEvents },
      streamOf: (tenant, data) => streams.instrument(tenant, String(data["symbol"])),
    },
  ]);

  const telling = await serveLiveStates(bus, liveStates);

  /** Whoever changes an account has it looked at. */
  function changing(handle: CommandHandler["handle"]): CommandHandler["handle"] {
    return async (envelope) => {
      const reply = await handle(envelope);
      const accountId = String(envelope.data["accountId"]);
      if (reply.events.length > 0)
        for (const looking of [riskWatch, liveStates]) looking.changed(envelope.tenant, accountId);
      return reply;
    };
  }

  return {
    ended: Promise.race([history.ended, evidence]),
    async stop() {
      await Promise.all([serving.stop(), auditing.stop(), telling.stop()]);
      ticks.stop();
      clearInterval(working);
      riskWatch.close();
      liveStates.close();
      await Promise.all([venue.close(), policy.close(), rollover.close()]);
      stopping.abort();
      await Promise.allSettled([history.ended, evidence]);
    },
  };
}
