import type { AccountCommand, AccountEvent } from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";
import type { AccountState } from "./account.ts";
import { decide } from "./decide.ts";
import { evolve } from "./evolve.ts";
import type { Moment } from "./market.ts";

export type { Market, MarketQuote, Moment } from "./market.ts";

export const account: Decider<AccountState, AccountCommand, AccountEvent, Moment> = {
  initialState: undefined,
  evolve,
  decide,
};
