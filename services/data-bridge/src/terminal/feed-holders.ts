import type { InstrumentSymbol, TenantId } from "@tradesage/contracts";
import { TerminalFault } from "../terminal-fault.ts";

/** A connection that holds feeds. */
export interface Holder {
  readonly tenant: TenantId;
  /** Server and login: a terminal, over all its connections. */
  readonly terminal: string;
  /** Ends the connection, since the same terminal has connected anew. */
  replace(): void;
  /** Resolves when nothing of its feeds is on its way any more. */
  readonly released: Promise<void>;
}

/**
 * Which connection of this bridge brings which feed: one for each tenant and symbol. A terminal that connects anew
 * takes its feeds over from its old connection, which may not know yet that it is dead; any other terminal is refused.
 * Between several bridges the order of the stream decides instead (feed/store.ts).
 */
export interface FeedHolders {
  /** Throws FEED_IN_USE. */
  claim(holder: Holder, symbols: readonly InstrumentSymbol[], signal: AbortSignal): Promise<void>;
  release(holder: Holder): void;
}

export function createFeedHolders(): FeedHolders {
  const holders = new Map<string, Holder>();
  const keyOf = (tenant: TenantId, symbol: InstrumentSymbol) => `${tenant} ${symbol}`;

  return {
    async claim(holder, symbols, signal) {
      const { tenant, terminal } = holder;
      for (;;) {
        signal.throwIfAborted();
        const others = new Set<Holder>();
        for (const symbol of symbols) {
          const other = holders.get(keyOf(tenant, symbol));
          if (other === undefined) continue;
          if (other.terminal !== terminal) throw new TerminalFault("FEED_IN_USE", `Another terminal feeds ${symbol}`);
          others.add(other);
        }
        if (others.size === 0) break;
        for (const other of others) other.replace();
        await Promise.all(Array.from(others, ({ released }) => released));
      }
      for (const symbol of symbols) holders.set(keyOf(tenant, symbol), holder);
    },
    release(holder) {
      for (const [key, held] of holders) if (held === holder) holders.delete(key);
    },
  };
}
