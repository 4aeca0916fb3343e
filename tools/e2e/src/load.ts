import type { Api } from "@tradesage/client";
import { ApiUnavailable } from "@tradesage/client";
import { Refused } from "@tradesage/contracts";

/** What a load of commands has been told. */
export interface Deposits {
  /** Ends the load once every command that was begun is acknowledged. */
  finish(): Promise<void>;
  /** The idempotency keys of all acknowledged commands. */
  readonly acknowledged: ReadonlySet<string>;
}

/** Refusals that say: nothing was changed, or nobody knows; the same key may be sent again. */
const again = new Set(["UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "READ_MODEL_BEHIND"]);
const PAUSE_MS = 50;

/** Four clients pay 1.00 into an account, again and again, each repeating with the same key until it is acknowledged. */
export function deposit(api: Api, accountId: string): Deposits {
  const acknowledged = new Set<string>();
  let stopped = false;
  const loop = async (client: number) => {
    for (let number = 0; !stopped; number++) {
      const idempotencyKey = `deposit-${client}-${number}`;
      await untilAcknowledged(() =>
        api.call("deposit", { accountId, amount: "1.00" }, { idempotencyKey, deadlineMs: 8_000 }),
      );
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

/** Repeats what a machine's failure kept from being answered; a refusal of the command itself is thrown. */
export async function untilAcknowledged<Answer>(attempt: () => Promise<Answer>, deadlineMs = 60_000): Promise<Answer> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const transient = error instanceof ApiUnavailable || (error instanceof Refused && again.has(error.code));
      if (!transient || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
