import type { TenantId } from "@tradesage/contracts";
import { TerminalFault } from "../terminal-fault.ts";

/** A connection that holds feeds, or the desk of an expert. */
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
  /** Claims symbols, or what else a terminal has one of. Throws FEED_IN_USE. */
  claim(holder: Holder, names: readonly string[], signal: AbortSignal): Promise<void>;
  release(holder: Holder): void;
}

export function createFeedHolders(): FeedHolders {
  const holders = new Map<string, Holder>();
  const keyOf = (tenant: TenantId, name: string) => `${tenant} ${name}`;

  return {
    async claim(holder, names, signal) {
      const { tenant, terminal } = holder;
      for (;;) {
        signal.throwIfAborted();
        const others = new Set<Holder>();
        for (const name of names) {
          const other = holders.get(keyOf(tenant, name));
          if (other === undefined) continue;
          if (other.terminal !== terminal) throw new TerminalFault("FEED_IN_USE", `Another terminal feeds ${name}`);
          others.add(other);
        }
        if (others.size === 0) break;
        for (const other of others) other.replace();
        await Promise.all(Array.from(others, ({ released }) => released));
      }
      for (const name of names) holders.set(keyOf(tenant, name), holder);
    },
    release(holder) {
      for (const [key, held] of holders) if (held === holder) holders.delete(key);
    },
  };
}
