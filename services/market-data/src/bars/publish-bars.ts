import { type InstrumentSymbol, subjects, type TenantId } from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import type { WrittenBar } from "./bar-table.ts";

/** Tells of growing bars, the newest state of each at most four times a second. */
export interface BarPublisher {
  take(tenant: TenantId, symbolOf: (feed: number) => InstrumentSymbol | undefined, bars: readonly WrittenBar[]): void;
  /** Drops what is known of a tenant that is no more. */
  forget(tenant: TenantId): void;
  stop(): void;
}

const EVERY_MS = 250;

export function publishBars(bus: Pick<Bus, "publish">): BarPublisher {
  const newest = new Map<string, WrittenBar>();
  const changed = new Set<string>();
  const timer = setInterval(() => {
    for (const subject of changed) {
      const { feed: _feed, timeframe: _timeframe, ...bar } = newest.get(subject) as WrittenBar;
      bus.publish(subject, Buffer.from(JSON.stringify(bar)));
    }
    changed.clear();
  }, EVERY_MS);

  return {
    take(tenant, symbolOf, bars) {
      for (const bar of bars) {
        const symbol = symbolOf(bar.feed);
        if (symbol === undefined) continue;
        const subject = subjects.bars(tenant, symbol, bar.timeframe);
        if ((newest.get(subject)?.timeMsc ?? -1) > bar.timeMsc) continue;
        newest.set(subject, bar);
        changed.add(subject);
      }
    },
    forget(tenant) {
      const [prefix] = subjects.barsOf(tenant).split(">");
      for (const known of [newest, changed])
        for (const subject of known.keys()) if (subject.startsWith(`${prefix}`)) known.delete(subject);
    },
    stop: () => clearInterval(timer),
  };
}
