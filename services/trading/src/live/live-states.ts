import { type AccountId, FOLLOWED_FOR_MS, type LiveState, refuse, streams, type TenantId } from "@tradesage/contracts";
import type { Logger } from "@tradesage/telemetry";
import type { AccountState } from "../account/account.ts";
import type { Markets } from "../markets/markets.ts";
import { isStale, liveStateOf, type Valued } from "./live-state-of.ts";

export interface LiveStatesOptions {
  readonly markets: Markets;
  /** The account as it is by now, or after a position, and where its last event stands in the whole history. */
  readonly read: (
    stream: string,
    after?: bigint,
  ) => Promise<{ readonly state: AccountState; readonly position: bigint }>;
  readonly publish: (tenant: TenantId, state: LiveState) => void;
  /** From when on a quote is stale. */
  readonly maxQuoteAgeMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** A state, and the position up to which the account's history is in it. */
export interface Told {
  readonly position: bigint;
  readonly state: LiveState;
}

export interface LiveStates {
  /**
   * With `after`, the account is as it was at that position at least.
   * @throws Refused ACCOUNT_NOT_FOUND; EventStoreUnavailable
   */
  tell(tenant: TenantId, accountId: AccountId, after?: bigint): Promise<Told>;
  /** As it is by now; and publishes it, now and, for a while, whenever it changes. */
  follow(tenant: TenantId, accountId: AccountId): Promise<Told>;
  /** Something has happened to an account. */
  changed(tenant: TenantId, accountId: AccountId): void;
  close(): void;
}

interface Followed {
  readonly tenant: TenantId;
  readonly accountId: AccountId;
  until: number;
  account: NonNullable<AccountState>;
  valued: Valued;
  /** Something has happened to it that is not in `account` yet. */
  hasChanged: boolean;
  isBeingRead: boolean;
}

/** Four times a second at most is an account told of. */
const EVERY_MS = 250;

/**
 * Tells what accounts are worth. A tick costs nothing here: of the accounts that somebody follows, each is looked at by a
 * timer, and valued anew only where it, or one of the quotes that it was valued at, is another than then.
 */
export function createLiveStates(options: LiveStatesOptions): LiveStates {
  const { markets, read, publish, maxQuoteAgeMs, now, logger } = options;
  const followed = new Map<string, Followed>();
  const keyOf = (tenant: TenantId, accountId: AccountId) => `${tenant}/${accountId}`;
  const clock = () => ({ at: now(), maxQuoteAgeMs });

  async function accountOf(tenant: TenantId, accountId: AccountId, after?: bigint) {
    const { state: account, position } = await read(streams.account(tenant, accountId), after);
    return account ? { account, position } : refuse("ACCOUNT_NOT_FOUND");
  }
  const value = (tenant: TenantId, account: NonNullable<AccountState>) =>
    liveStateOf(account, markets.of(tenant), clock());

  function show(one: Followed): void {
    one.valued = value(one.tenant, one.account);
    publish(one.tenant, one.valued.state);
  }

  function hasMoved({ tenant, valued }: Followed): boolean {
    const market = markets.of(tenant);
    const { quotes } = valued.state;
    return (
      [...valued.asked].some(([symbol, quote]) => market.quote(symbol) !== quote) ||
      quotes.some(({ symbol, isStale: was }) => {
        const quote = market.quote(symbol);
        return quote !== undefined && isStale(quote, clock()) !== was;
      })
    );
  }

  async function readAgain(one: Followed): Promise<void> {
    one.hasChanged = false;
    one.isBeingRead = true;
    try {
      one.account = (await accountOf(one.tenant, one.accountId)).account;
      show(one);
    } catch (error) {
      one.hasChanged = true;
      logger.warn({ err: error, tenant: one.tenant, account: one.accountId }, "a followed account could not be read");
    } finally {
      one.isBeingRead = false;
    }
  }

  const timer = setInterval(() => {
    for (const [key, one] of followed) {
      if (one.until < now()) followed.delete(key);
      else if (one.isBeingRead) continue;
      else if (one.hasChanged) void readAgain(one);
      else if (hasMoved(one)) show(one);
    }
  }, EVERY_MS);
  timer.unref();

  return {
    async tell(tenant, accountId, after) {
      const { account, position } = await accountOf(tenant, accountId, after);
      return { position, state: value(tenant, account).state };
    },
    async follow(tenant, accountId) {
      const { account, position } = await accountOf(tenant, accountId);
      const valued = value(tenant, account);
      const until = now() + FOLLOWED_FOR_MS;
      // What happened while it was read may not be in it: it is looked at once more.
      const looking = { hasChanged: true, isBeingRead: false };
      followed.set(keyOf(tenant, accountId), { tenant, accountId, until, account, valued, ...looking });
      publish(tenant, valued.state);
      return { position, state: valued.state };
    },
    changed(tenant, accountId) {
      const one = followed.get(keyOf(tenant, accountId));
      if (one) one.hasChanged = true;
    },
    close: () => clearInterval(timer),
  };
}
