import type { Bus } from "@tradesage/message-bus";
import type { Verifier } from "@tradesage/secrets";
import type { Logger, Registry } from "@tradesage/telemetry";
import { createAdmission } from "./admission.ts";
import { createListener } from "./listener.ts";
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
  readonly verifier: Verifier;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly metrics: Registry;
}

export interface Bridge {
  readonly port: number;
  /** Sends the terminals away and waits until nothing of theirs is on its way to the disk. */
  stop(): Promise<void>;
}

/** Serves terminals. Throws if the port is taken. */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const { bus, logger, helloMs, idleMs } = options;
  const listener = createListener();
  const terminals = registerTerminals(listener.app, {
    admit: createAdmission(options.verifier),
    bus,
    logger,
    helloMs,
    idleMs,
    meter: createMeter(options.metrics, () => terminals.count()),
    holders: createFeedHolders(),
    instruments: createInstruments(bus, logger),
  });
  const port = await listener.listen(options.host, options.port);
  return {
    port,
    async stop() {
      listener.stopListening();
      await terminals.stop();
      listener.close();
    },
  };
}
