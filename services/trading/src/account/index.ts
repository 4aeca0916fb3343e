import type { AccountCommand, AccountEvent } from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";
import type { AccountState } from "./account.ts";
import { decide } from "./decide.ts";
import { evolve } from "./evolve.ts";
import type { Market } from "./market.ts";

export type { Market, MarketQuote } from "./market.ts";

export const account: Decider<AccountState, AccountCommand, AccountEvent, Market> = {
  initialState: undefined,
  evolve,
  decide,
};
