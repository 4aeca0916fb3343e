import type { Api } from "@tradesage/client";

/** What a load of commands has been told. */
export interface Deposits {
  /** Ends the load once every command that was begun is acknowledged. */
  finish(): Promise<void>;
  /** The idempotency keys of all acknowledged commands. */
  readonly acknowledged: ReadonlySet<string>;
}

/** Four clients pay 1.00 into an account, again and again, each repeating with the same key until it is acknowledged. */
export function deposit(api: Api, accountId: string): Deposits {
  const acknowledged = new Set<string>();
  let stopped = false;
  const loop = async (client: number) => {
    for (let number = 0; !stopped; number++) {
      const idempotencyKey = `deposit-${client}-${number}`;
      await api.call("deposit", { accountId, amount: "1.00" }, { idempotencyKey, deadlineMs: 8_000 });
      acknowledged.add(idempotencyKey);
    }
  };
  const loops = Promise.all([0, 1, 2, 3].map(loop));
  return {
    acknowledged,
    async finish() {
      stopped = true;
      await loops;
    },
  };
}
