import type {
  AccountEvent,
  CommandEnvelope,
  CommandReply,
  Daily,
  DeskEvent,
  EventMetadata,
  ExecutionId,
  InstrumentSymbol,
  OrderId,
  Scope,
  Side,
  TenantId,
} from "@tradesage/contracts";
import { Refused } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import type { Logger } from "@tradesage/telemetry";
import { isCharged, type Rollover, rolloverAfter } from "../calculation/nights.ts";
import type { Markets } from "../markets/markets.ts";
import type { Desks } from "./desks.ts";

export interface RolloverOptions {
  readonly markets: Markets;
  /** Whose terms say when days end. */
  readonly desks: Pick<Desks, "termsOf">;
  /** Hands a charge to its account, which decides. */
  readonly execute: (envelope: CommandEnvelope) => Promise<CommandReply>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: Logger;
}

export interface RolloverReactor {
  /** Takes the moment of the next event of the history, before that event changes anything. */
  reach(moment: number): void;
  /** Takes the next event of an account, or of a desk whose terms are known by now. */
  apply(tenant: Scope, recorded: RecordedEvent): void;
  /** Drops the positions of a tenant that is no more. */
  forget(tenant: TenantId): void;
  /** From now on nights are charged, those first that nobody charged while we were away. */
  open(): void;
  close(): Promise<void>;
}

interface PositionName {
  readonly accountId: string;
  readonly symbol: InstrumentSymbol;
  readonly positionId?: OrderId | undefined;
}

/** A night, when it began, and by which setting of the tenant. */
interface Night extends Rollover {
  readonly setting: Daily | undefined;
}

/** A position of an account that we are the broker of. */
interface Held {
  readonly tenant: TenantId;
  readonly accountId: string;
  readonly symbol: InstrumentSymbol;
  readonly positionId: OrderId | undefined;
  readonly side: Side;
  readonly openedBy: ExecutionId;
  readonly cause: { readonly event: string; readonly correlation: string };
  /** Nights that begin later are its own: milliseconds since the epoch. */
  since: number;
  /** The last night that it was seen to be held through. */
  through: string;
  /** Nights that it was held through and is not charged for, oldest first. */
  readonly owing: Night[];
  /** It is being charged, or was not to be; not before this moment again. */
  notBefore: number;
}

const LOOK_EVERY_MS = 1000;
const RETRY_MS = 60_000;

/**
 * Charges swaps when a day ends, by the tenant's rollover or the instrument's clock. Which nights are due follows from
 * the history alone: from who held what, under which specification and rollover, when the day ended. So a restart
 * forgets none, and one that was free then is not charged because the instrument costs something now. Another rollover
 * holds for nights that have not begun: one that would have begun by it already begins with it, and none begins twice.
 * The account charges a night once, whoever asks how often.
 */
export function createRollover({ markets, desks, execute, now, logger }: RolloverOptions): RolloverReactor {
  const positions = new Map<string, Held>();
  const ours = new Set<string>();
  const underWay = new Set<Promise<void>>();
  /** No day ends for any position before this moment. */
  let quietUntil = 0;
  let looking: NodeJS.Timeout | undefined;

  const keyOf = (tenant: Scope, { accountId, symbol, positionId }: PositionName) =>
    `${tenant}/${accountId}/${positionId ?? symbol}`;

  function reach(moment: number): void {
    if (moment < quietUntil) return;
    quietUntil = Number.POSITIVE_INFINITY;
    for (const held of positions.values()) {
      const instrument = markets.of(held.tenant).instrument(held.symbol);
      if (!instrument) {
        // A snapshot of the history has the newest definition only: what was before it is let be.
        held.since = moment;
        quietUntil = 0;
        continue;
      }
      const { rollover: setting } = desks.termsOf(held.tenant);
      let next = rolloverAfter(instrument, setting, held.since, held.through);
      for (; next.at <= moment; next = rolloverAfter(instrument, setting, held.since, held.through)) {
        held.through = next.night;
        if (isCharged(instrument, held.side, next.night)) held.owing.push({ ...next, setting });
      }
      quietUntil = Math.min(quietUntil, next.at);
    }
  }

  function look(): void {
    reach(now());
    for (const held of positions.values()) {
      const [night] = held.owing;
      if (night === undefined || now() < held.notBefore) continue;
      held.notBefore = Number.POSITIVE_INFINITY;
      const charging = charge(held, night).finally(() => underWay.delete(charging));
      underWay.add(charging);
    }
  }

  async function charge(held: Held, { night, at, setting }: Night): Promise<void> {
    const { tenant, accountId, symbol, positionId, openedBy, cause } = held;
    const name = { accountId, symbol, ...(positionId !== undefined && { positionId }) };
    const began = { at: new Date(at).toISOString(), ...(setting && { rollover: setting }) };
    try {
      await execute({
        ...{ tenant, command: "ChargeSwap", data: { ...name, openedBy, night, ...began } },
        // A refusal holds for its command: the next try is another one.
        idempotencyKey: `swap:${openedBy}:${night}:${Math.floor(now() / RETRY_MS)}`,
        ...{ actor: "service:rollover", correlation: cause.correlation, causation: cause.event },
        at: new Date(now()).toISOString(),
      });
      paid(held, night);
      held.notBefore = 0;
    } catch (error) {
      held.notBefore = now() + RETRY_MS;
      const isGone = error instanceof Refused && error.code === "POSITION_NOT_FOUND";
      if (isGone) held.owing.length = 0;
      else
        logger.warn({ err: error, tenant, account: accountId, symbol, night }, "a night was not charged; trying again");
    }
  }

  const paid = (held: Held, night: string) => {
    while (held.owing[0] !== undefined && held.owing[0].night <= night) held.owing.shift();
    if (held.through < night) held.through = night;
  };

  return {
    reach,
    apply(tenant, recorded) {
      const event = { type: recorded.type, data: recorded.data } as AccountEvent | DeskEvent;
      const { at, correlation } = recorded.metadata as EventMetadata;
      switch (event.type) {
        case "AccountOpened":
          if (event.data.venue === "paper") ours.add(`${tenant}/${event.data.accountId}`);
          return;
        case "PositionOpened": {
          const { accountId, symbol, positionId, side, executionId: openedBy } = event.data;
          if (!ours.has(`${tenant}/${accountId}`)) return;
          const cause = { event: recorded.id, correlation };
          const times = { since: Date.parse(at), through: "", notBefore: 0 };
          positions.set(keyOf(tenant, event.data), {
            ...{ tenant, accountId, symbol, positionId, side, openedBy, cause, ...times, owing: [] },
          });
          const instrument = markets.of(tenant).instrument(symbol);
          const next = instrument && rolloverAfter(instrument, desks.termsOf(tenant).rollover, times.since);
          quietUntil = next ? Math.min(quietUntil, next.at) : 0;
          return;
        }
        case "PositionClosed":
          positions.delete(keyOf(tenant, event.data));
          return;
        case "SwapCharged": {
          const held = positions.get(keyOf(tenant, event.data));
          if (held) paid(held, event.data.night);
          return;
        }
        case "DeskTermsSet":
          quietUntil = 0;
      }
    },
    forget(tenant) {
      for (const [key, held] of positions) if (held.tenant === tenant) positions.delete(key);
      for (const account of ours) if (account.startsWith(`${tenant}/`)) ours.delete(account);
    },
    open() {
      looking = setInterval(look, LOOK_EVERY_MS);
      look();
    },
    async close() {
      clearInterval(looking);
      await Promise.allSettled(underWay);
    },
  };
}
