import {
  type AccountId,
  FOLLOWED_FOR_MS,
  type JsonValue,
  liveQueries,
  type QueryEnvelope,
  subjects,
  type TenantId,
} from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";

/** Has the states of accounts published for as long as a client follows them. */
export interface FollowedStates {
  /** Asks for the account's state; once it resolves, that has been published. @throws Refused ACCOUNT_NOT_FOUND */
  follow(tenant: TenantId, accountId: AccountId): Promise<{ stop(): void }>;
  close(): void;
}

interface Followed {
  readonly tenant: TenantId;
  readonly accountId: AccountId;
  followers: number;
}

/** One question that is lost, or not answered in time, interrupts nothing. */
const ASK_EVERY_MS = FOLLOWED_FOR_MS / 3;

export function createFollowedStates(bus: Pick<Bus, "request">): FollowedStates {
  const followed = new Map<string, Followed>();

  async function ask(tenant: TenantId, accountId: AccountId): Promise<void> {
    const { name: query } = liveQueries.followState;
    const envelope: QueryEnvelope = { query, data: { accountId }, tenant };
    await bus.request(subjects.query("live", tenant, query), envelope as unknown as JsonValue);
  }

  const timer = setInterval(() => {
    // Whoever does not answer now is asked again: an account that is no more has no changes either.
    for (const { tenant, accountId } of followed.values()) ask(tenant, accountId).catch(() => undefined);
  }, ASK_EVERY_MS);
  timer.unref();

  return {
    async follow(tenant, accountId) {
      await ask(tenant, accountId);
      const key = `${tenant}/${accountId}`;
      const one = followed.get(key) ?? { tenant, accountId, followers: 0 };
      one.followers++;
      followed.set(key, one);
      return {
        stop() {
          one.followers--;
          if (one.followers === 0) followed.delete(key);
        },
      };
    },
    close: () => clearInterval(timer),
  };
}
