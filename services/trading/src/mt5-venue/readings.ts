import type { BrokerState } from "@tradesage/contracts";

/** A complete reading of a broker's state: asked for, and taken while the terminal reached its broker. */
interface Reading {
  /** UTC, milliseconds: the earlier of our clock when it was asked for and the terminal's when it was taken. */
  readonly sinceMsc: number;
  readonly state: BrokerState;
}

/** The last complete reading of one account, so that what two that agree do not show is known not to be there. */
export interface Readings {
  /** The state; settled where it is as it was at the reading before. */
  add(reading: Reading): BrokerState;
  /** Something was sent, or was heard of: what was read before proves nothing any more. */
  forget(): void;
}

/** Two readings lie apart: the terminal's lists of orders, deals and positions do not change at one moment. */
const APART_MS = 1000;

export function createReadings(): Readings {
  let before: Reading | undefined;
  return {
    forget() {
      before = undefined;
    },
    add(reading) {
      const { state } = reading;
      const earlier = before;
      if (earlier && reading.sinceMsc - earlier.sinceMsc < APART_MS) return state;
      before = reading;
      return earlier && isSame(earlier.state, state) ? { ...state, settledSinceMsc: earlier.sinceMsc } : state;
    },
  };
}

/** How many of the newest deals are compared: old ones leave at the window's far end. */
const DEALS_COMPARED = 50;

function isSame(a: BrokerState, b: BrokerState): boolean {
  const signature = ({ balance, credit, positions, orders, deals }: BrokerState) =>
    JSON.stringify([
      balance,
      credit,
      positions.map(({ symbol, position, volume }) => [symbol, position?.identifier, volume]),
      orders.map(({ ticket, remaining, price }) => [ticket, remaining, price]),
      deals.slice(-DEALS_COMPARED).map(({ ticket, volume, profit }) => [ticket, volume, profit]),
    ]);
  return signature(a) === signature(b);
}
