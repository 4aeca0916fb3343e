import type { EventStore } from "@tradesage/event-store";
import { createListener } from "@tradesage/listener";
import type { Bus } from "@tradesage/message-bus";
import type { Logger, Registry } from "@tradesage/telemetry";
import { openAdmission } from "./admission.ts";
import { createGaps } from "./feed/gaps.ts";
import { createMeter } from "./meter.ts";
import { createFeedHolders } from "./terminal/feed-holders.ts";
import { createInstruments } from "./terminal/instruments.ts";
import { registerTerminals } from "./terminal/terminals.ts";

export interface BridgeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly helloMs: number;
  readonly idleMs: number;
  /** Keys that are not known and are looked for, a second and address. */
  readonly keysPerAddress: number;
  readonly bus: Bus;
  readonly eventStore: EventStore;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** The keys of terminals cannot be followed any more. */
  readonly onFatal: (error: unknown) => void;
}

export interface Bridge {
  readonly port: number;
  /** Sends the terminals away and waits until nothing of theirs is on its way to the disk. */
  stop(): Promise<void>;
}

/** Serves terminals. Throws if the port is taken or the event store is away. */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const { bus, logger, helloMs, idleMs } = options;
  const admission = await openAdmission({
    eventStore: options.eventStore,
    logger,
    keysPerAddress: options.keysPerAddress,
  });
  admission.ended.catch(options.onFatal);
  const listener = createListener();
  const terminals = registerTerminals(listener.app, {
    admit: admission.admit,
    bus,
    logger,
    helloMs,
    idleMs,
    meter: createMeter(options.metrics, () => terminals.count()),
    gaps: createGaps(),
    holders: createFeedHolders(),
    instruments: createInstruments(bus, logger),
  });
  const port = await listener.listen(options.host, options.port);
  return {
    port,
    async stop() {
      listener.stopListening();
      await terminals.stop();
      await admission.stop();
      listener.close();
    },
  };
}
