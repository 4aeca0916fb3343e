import type { StateCodec } from "@tradesage/command-handler";
import { type AccountState, noClosedOrders } from "../account/account.ts";
import { stateCodec } from "./state-codec.ts";

const codec = stateCodec<unknown>();

/** Accounts, whose closed orders all are orders closed before when they are read: of these there are so many. */
export const accountCodec: StateCodec<AccountState> = {
  encode(account) {
    if (!account) return codec.encode(account);
    const { closedOrders, closedBefore } = account;
    const closed = {
      *[Symbol.iterator]() {
        yield* closedBefore;
        yield* closedOrders;
      },
    };
    return codec.encode({ ...account, closedOrders: noClosedOrders, closedBefore: closed });
  },
  decode: async (pieces) => (await codec.decode(pieces)) as AccountState,
};
