import {
  type AccountEvent,
  accountEvents,
  type EventMetadata,
  type JsonObject,
  streams,
  upcast,
} from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import type { PoolClient } from "@tradesage/postgres";
import { account } from "@tradesage/trading";

/** What an account has, without trailing zeros; positions by their id, or by their symbol in netting. */
export interface Holdings {
  readonly balance: string;
  readonly credit: string;
  /** `buy 0.1 EURUSD at 1.0912` */
  readonly positions: Readonly<Record<string, string>>;
}

export interface AccountCompared {
  readonly accountId: string;
  readonly currency: string;
  /** What the read models say; and what trading decides by, a fold of the account's events. */
  readonly told: Holdings | undefined;
  readonly folded: Holdings | undefined;
  readonly equal: boolean;
}

/**
 * Compares what the read models of the schema at the head of the search path say of every account with what trading makes
 * of its events: two programs that share no line.
 */
export async function compareBalances(
  client: PoolClient,
  eventStore: Pick<EventStore, "readAll">,
  tenant: string,
): Promise<readonly AccountCompared[]> {
  const { rows } = await client.query<{ position: string }>("select position from checkpoints where name = 'accounts'");
  if (!rows[0]) return [];
  const told = await toldHoldings(client);
  const folded = await foldedHoldings(eventStore, tenant, BigInt(rows[0].position));
  return [...new Set([...told.keys(), ...folded.keys()])].sort().map((accountId) => {
    const [one, other] = [told.get(accountId), folded.get(accountId)];
    return {
      accountId,
      currency: (one ?? other)?.currency ?? "",
      told: one?.holdings,
      folded: other?.holdings,
      equal: JSON.stringify(one) === JSON.stringify(other),
    };
  });
}

type Accounts = Map<string, { readonly currency: string; readonly holdings: Holdings }>;

async function toldHoldings(client: PoolClient): Promise<Accounts> {
  const accounts = await client.query<{ account_id: string; currency: string; balance: string; credit: string }>(
    "select account_id, currency, balance, credit from accounts",
  );
  const positions = await client.query<Record<"account_id" | "position_id" | keyof Position, string>>(
    "select account_id, position_id, side, volume, symbol, average_price as price from positions",
  );
  const held = Map.groupBy(positions.rows, (row) => row.account_id);
  return new Map(
    accounts.rows.map(({ account_id, currency, balance, credit }) => {
      const of = held.get(account_id)?.map((row) => [row.position_id, textOf(row)] as const) ?? [];
      return [account_id, { currency, holdings: holdings(balance, credit, of) }];
    }),
  );
}

async function foldedHoldings(
  eventStore: Pick<EventStore, "readAll">,
  tenant: string,
  upTo: bigint,
): Promise<Accounts> {
  const states = new Map<string, typeof account.initialState>();
  for await (const recorded of eventStore.readAll({ streamPrefixes: [streams.account(tenant, "")] })) {
    if (recorded.position > upTo) break;
    const { type, stream } = recorded;
    const { schema } = recorded.metadata as EventMetadata;
    const data = upcast(accountEvents, { type, data: recorded.data as JsonObject, schema });
    states.set(stream, account.evolve(states.get(stream), { type, data } as AccountEvent));
  }
  const accounts: Accounts = new Map();
  for (const state of states.values()) {
    if (!state) continue;
    const held = state.positions.valueSeq().map(({ positionId, side, volume, symbol, averagePrice }) => {
      const position = { side, volume: volume.toFixed(), symbol, price: averagePrice.toFixed() };
      return [positionId ?? symbol, textOf(position)] as const;
    });
    accounts.set(state.accountId, {
      currency: state.currency,
      holdings: holdings(state.balance.toFixed(), state.credit.toFixed(), held),
    });
  }
  return accounts;
}

interface Position {
  readonly side: string;
  readonly volume: string;
  readonly symbol: string;
  readonly price: string;
}

const textOf = ({ side, volume, symbol, price }: Position): string =>
  `${side} ${plain(volume)} ${symbol} at ${plain(price)}`;

const holdings = (balance: string, credit: string, positions: Iterable<readonly [string, string]>): Holdings => ({
  balance: plain(balance),
  credit: plain(credit),
  positions: Object.fromEntries([...positions].sort(([one], [other]) => (one < other ? -1 : 1))),
});

const plain = (decimal: string): string => (decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal);
