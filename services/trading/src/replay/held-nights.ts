import { type AccountEvent, type Daily, type ExecutionId, Refused } from "@tradesage/contracts";
import type { Account, OpenPosition } from "../account/account.ts";
import { type SwapCharged, swapCharged } from "../account/charge-swap.ts";
import { decimal, moneyText, smaller, text } from "../calculation/decimal.ts";
import type { Moment } from "../calculation/market.ts";
import { isCharged, type Rollover, rolloverAfter } from "../calculation/nights.ts";
import type { PastPositions } from "./past-positions.ts";

/** A night that the history tells no cost of. `at`: when it was booked, in milliseconds since the epoch. */
export interface EstimatedNight {
  readonly at: number;
  readonly charged: SwapCharged["data"];
}

export interface HeldNightsOptions {
  readonly account: () => Account | undefined;
  readonly past: Pick<PastPositions, "sideOf">;
  readonly emit: (event: AccountEvent) => void;
}

interface Watched {
  readonly openedBy: ExecutionId | undefined;
  readonly since: number;
  /** The last night that it was held through. */
  through: string;
  /** Nights whose cost a broker tells only with the deal that ends the position. */
  readonly untold: SwapCharged[];
}

/**
 * The nights of an account's positions. What a night cost is told by the history as long as that holds the position too:
 * night by night, or by a broker with the deal that ends it. All other nights are reckoned by the specification of the
 * instrument and the prices of then; those that the broker would have told of, once the position ends otherwise.
 */
export function createHeldNights({ account, past, emit }: HeldNightsOptions) {
  const seen = new Map<string, Watched>();
  const estimated: EstimatedNight[] = [];
  let isOfBroker = false;
  /** No night begins for any position before this moment. */
  let next = Number.NEGATIVE_INFINITY;

  /** Whether it could be: without a price it waits for one. */
  function pass(
    held: OpenPosition,
    watched: Watched,
    { night, at }: Rollover,
    rollover: Daily | undefined,
    now: Moment,
  ) {
    const of = account();
    const instrument = now.instrument(held.symbol);
    if (!of || !instrument || !isCharged(instrument, held.side, night)) return true;
    const isTold = past.sideOf(held) === held.side;
    if (isTold && !isOfBroker) return true;
    try {
      const began = { night, at: new Date(at).toISOString(), ...(rollover && { rollover }) };
      const charged = swapCharged(of, held, began, now);
      if (isTold) watched.untold.push(charged);
      else book(charged, now.at);
      return true;
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
  }

  function book(charged: SwapCharged, at: number): void {
    emit(charged);
    estimated.push({ at, charged: charged.data });
  }

  return {
    estimated: estimated as readonly EstimatedNight[],
    /** When a night is due next, for all that is known: milliseconds since the epoch. */
    next: () => next,
    /** A broker executes the account's orders. */
    ofBroker: () => {
      isOfBroker = true;
    },
    /** The nights that have begun by now, under the rollover of until now. */
    reach(rollover: Daily | undefined, now: Moment): void {
      next = Number.POSITIVE_INFINITY;
      for (const [key, held] of account()?.positions ?? []) {
        const watched = seen.get(key);
        const instrument = now.instrument(held.symbol);
        if (!watched || !instrument) continue;
        let due = rolloverAfter(instrument, rollover, watched.since, watched.through);
        while (due.at <= now.at && pass(held, watched, due, rollover, now)) {
          watched.through = due.night;
          due = rolloverAfter(instrument, rollover, watched.since, watched.through);
        }
        next = Math.min(next, due.at);
      }
    },
    /** The account's positions are others than they were. */
    changed(at: number): void {
      const positions = account()?.positions;
      for (const key of seen.keys()) if (!positions?.has(key)) seen.delete(key);
      for (const [key, { openedBy }] of positions ?? [])
        if (!seen.has(key) || seen.get(key)?.openedBy !== openedBy)
          seen.set(key, { openedBy, since: at, through: "", untold: [] });
      next = Number.NEGATIVE_INFINITY;
    },
    /** A position ends, or goes on, without the deal that would have told: its nights are booked, for what is left of it. */
    tell(key: string, at: number): void {
      const held = account()?.positions.get(key);
      for (const { type, data } of (held && seen.get(key)?.untold.splice(0)) ?? []) {
        const volume = smaller(held?.volume ?? decimal(data.volume), decimal(data.volume));
        const amount = moneyText(decimal(data.amount).times(volume).div(decimal(data.volume)), data.currency);
        book({ type, data: { ...data, volume: text(volume), amount } }, at);
      }
    },
  };
}
