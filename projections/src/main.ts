import { connectEventStore } from "@tradesage/event-store";
import { connectBus } from "@tradesage/message-bus";
import { connectPostgres, connectReplica, migratePlatform } from "@tradesage/postgres";
import { loadHeadSigner } from "@tradesage/secrets";
import { runService } from "@tradesage/service-host";
import { serveAudit } from "./audit/serve-audit.ts";
import { keepChain } from "./chain/keep-chain.ts";
import { config } from "./config.ts";
import { questions } from "./endpoints.ts";
import { startEquitySampler } from "./equity/sample-equity.ts";
import { followHistory } from "./follow-history.ts";
import { startRunner } from "./runner/runner.ts";
import { serveQueries } from "./serve-queries.ts";

await runService({
  name: "projections",
  config,
  async start({ config, logger, metrics, onStop, readiness }) {
    const postgres = connectPostgres({ url: config.DATABASE_URL, applicationName: "projections", logger });
    onStop("postgres", () => postgres.close());
    readiness("postgres", () => postgres.ping().then(() => true));
    await migratePlatform(postgres);

    const eventStore = connectEventStore({ connectionString: config.EVENTSTORE_URL, logger, metrics });
    onStop("event store", () => eventStore.close());
    readiness("event store", () => eventStore.ping().then(() => true));

    const bus = await connectBus({ url: config.NATS_URL, name: "projections", logger });
    onStop("bus", () => bus.close());
    readiness("bus", () => bus.ready());

    const sampler = startEquitySampler({ bus, postgres, logger });
    onStop("samples of the equity", () => sampler.stop());
    const runner = await startRunner({ eventStore, postgres, logger, metrics, written: sampler.written });
    onStop("runner", () => runner.stop());
    readiness("caught up", () => runner.caughtUp());
    readiness("every tenant's projection runs", () => runner.stopped().length === 0);
    const signer = await loadHeadSigner(config.TRADESAGE_KEYS);
    const chain = await keepChain({ eventStore, postgres, signer, logger, afterMs: config.CHAIN_AFTER_MS });
    onStop("chain", () => chain.stop());
    const following = followHistory({ eventStore, after: runner.after, followers: [runner, chain] });
    onStop("history", () => following.stop());
    following.ended.catch((error: unknown) => {
      throw new Error("the history cannot be followed any more", { cause: error });
    });

    const replica =
      config.DATABASE_REPLICA_URL === undefined
        ? undefined
        : connectReplica({
            ...{ url: config.DATABASE_REPLICA_URL, applicationName: "projections", primary: postgres, logger, metrics },
            behindAtMostMs: config.REPLICA_BEHIND_SECONDS * 1000,
          });
    onStop("replica", async () => replica?.close());
    const serving = await serveQueries({
      ...{ bus, postgres, progress: runner.progress, questions },
      ...(replica && { replica }),
    });
    onStop("queries", () => serving.stop());
    const auditing = await serveAudit({ bus, eventStore });
    onStop("audit", () => auditing.stop());
  },
});
