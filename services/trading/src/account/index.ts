import type { AccountCommand, AccountEvent } from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";
import type { Moment } from "../calculation/market.ts";
import type { AccountState } from "./account.ts";
import { decide } from "./decide.ts";
import { evolve } from "./evolve.ts";

export const account: Decider<AccountState, AccountCommand, AccountEvent, Moment> = {
  initialState: undefined,
  evolve,
  decide,
};
