import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Api, Live, Update } from "@tradesage/client";
import type { AccountView, LiveState, OrderView, PositionView } from "@tradesage/contracts";

export type AccountEvent = Extract<Update, { type: "event" }>;

/** What is known of one account. */
interface Picture {
  readonly account: AccountView;
  readonly positions: readonly PositionView[];
  readonly openOrders: readonly OrderView[];
  readonly recentOrders: readonly OrderView[];
}

/** The accounts, and one of them in full, as fresh as its last event. */
export interface Book {
  readonly accounts: ReadonlySignal<readonly AccountView[]>;
  readonly accountId: Signal<string | undefined>;
  readonly picture: ReadonlySignal<Picture | undefined>;
  /** What it is worth at the newest quotes. */
  readonly worth: ReadonlySignal<LiveState | undefined>;
  /** The newest event that the account is known to have; undefined before it was heard of. */
  readonly asOf: ReadonlySignal<string | undefined>;
  /** The account's newest events, newest first. */
  readonly activity: ReadonlySignal<readonly AccountEvent[]>;
  /** A command of this page led to an event there: what is read of the account is to know it. */
  happened(accountId: string, position: string): void;
  close(): void;
}

const ACTIVITY = 100;
const RECENT_ORDERS = 100;
const RETRY_MS = 2_000;

/**
 * Each event of the account says that its picture is old; the picture is then read from the read models, `after` that
 * event. So whatever an event comes to mean, what is shown is what the API answers.
 */
export function createBook(api: Api, live: Live): Book {
  const accounts = signal<readonly AccountView[]>([]);
  const accountId = signal<string | undefined>();
  const picture = signal<Picture | undefined>();
  const worth = signal<LiveState | undefined>();
  const activity = signal<readonly AccountEvent[]>([]);
  const asOf = signal<string | undefined>();

  function happened(id: string, position: string): void {
    if (id === accountId.peek() && BigInt(position) > BigInt(asOf.peek() ?? -1)) asOf.value = position;
  }

  async function readAccounts(): Promise<void> {
    accounts.value = await Array.fromAsync(api.pages("listAccounts", {}));
    accountId.value ??= accounts.value[0]?.accountId;
  }

  async function readPicture(id: string, after: string | undefined): Promise<Picture> {
    const options = after === undefined ? {} : { after };
    const [account, positions, open, recent] = await Promise.all([
      api.call("getAccount", { accountId: id }, options),
      api.call("listPositions", { accountId: id }, options),
      api.call("listOrders", { accountId: id, status: "open", limit: 1000 }, options),
      api.call("listOrders", { accountId: id, limit: RECENT_ORDERS }, options),
    ]);
    return { account, positions: positions.items, openOrders: open.items, recentOrders: recent.items };
  }

  /** Reads again and again as long as something newer has happened; one reading at a time. */
  function keepFresh(id: string): { touch(position: string): void; stop(): void } {
    let wanted: string | undefined;
    let isStale = false;
    let isReading = false;
    let stopped = false;

    async function run(): Promise<void> {
      isReading = true;
      while (isStale && !stopped) {
        isStale = false;
        try {
          const next = await readPicture(id, wanted);
          if (!stopped) picture.value = next;
        } catch {
          isStale = true;
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      }
      isReading = false;
    }
    return {
      touch(position) {
        wanted = position;
        isStale = true;
        if (!isReading) void run();
      },
      stop() {
        stopped = true;
      },
    };
  }

  const following = effect(() => {
    const id = accountId.value;
    picture.value = undefined;
    worth.value = undefined;
    activity.value = [];
    asOf.value = undefined;
    if (id === undefined) return;
    const fresh = keepFresh(id);
    const subscription = live.subscribe(
      { channel: "events", accountId: id },
      {
        onUpdate(update) {
          if (!("position" in update) || update.position === undefined) return;
          fresh.touch(update.position);
          happened(id, update.position);
          if (update.type === "event") activity.value = [update, ...activity.value].slice(0, ACTIVITY);
        },
        onRefused: () => {},
      },
    );
    const valued = live.subscribe(
      { channel: "state", accountId: id },
      {
        onUpdate(update) {
          if (update.type === "state") worth.value = update;
        },
        onRefused: () => {},
      },
    );
    return () => {
      subscription.stop();
      valued.stop();
      fresh.stop();
    };
  });
  /** An account that is opened while one looks on. */
  const openings = live.subscribe(
    { channel: "account" },
    {
      onUpdate(update) {
        if (update.type !== "event" || update.event === "AccountOpened") readAccounts().catch(() => {});
      },
      onRefused: () => {},
    },
  );

  return {
    accounts,
    accountId,
    picture,
    worth,
    asOf,
    activity,
    happened,
    close() {
      following();
      openings.stop();
    },
  };
}
