import { randomUUID } from "node:crypto";
import { type Api, ApiUnavailable } from "@tradesage/client";
import { type CommandReply, Refused } from "@tradesage/contracts";
import { routes } from "@tradesage/contracts/http";
import { until } from "@tradesage/until";

/** The position behind which whoever has written something reads. */
export interface Written {
  position?: string;
}

/** Refusals that say: nothing was changed, or nobody knows; the same key may be sent again. */
const again = new Set(["UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "READ_MODEL_BEHIND"]);

/**
 * The API as a client uses it who knows that machines fail and are slow: a command has a key, and is repeated with it
 * until there is an answer; a query is answered behind what was written before. What is refused is thrown.
 */
export function careful(api: Api, written: Written): Api {
  return {
    ...api,
    async call(operation, input, options) {
      const isCommand = routes[operation].kind === "command";
      const told = isCommand
        ? { idempotencyKey: randomUUID(), ...options }
        : { ...(written.position !== undefined && { after: written.position }), ...options };
      const answer = await untilAnswered(() => api.call(operation, input, told));
      if (isCommand) remember(written, (answer as CommandReply).position);
      return answer;
    },
  };
}

function remember(written: Written, position: string): void {
  if (BigInt(position) > BigInt(written.position ?? 0)) written.position = position;
}

/** Repeats what a machine's failure kept from being answered; a refusal of the question itself is thrown. */
async function untilAnswered<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
  let last: unknown;
  const { answer } = await until("an answer", async () => {
    try {
      return { answer: await attempt() };
    } catch (error) {
      last = error;
      if (error instanceof ApiUnavailable || (error instanceof Refused && again.has(error.code))) return undefined;
      throw error;
    }
  }).catch((error: Error) => {
    throw error === last ? error : new Error(error.message, { cause: last });
  });
  return answer;
}
