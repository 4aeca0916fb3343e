import { type CommandReply, type JsonObject, type RefusalCode, Refused, refuse } from "@tradesage/contracts";
import type { Logger } from "@tradesage/telemetry";

/** Where answers are kept that left no event: a JetStream key-value bucket whose entries live 24 h. */
export interface AnswerBucket {
  get(key: string): Promise<Uint8Array | undefined>;
  /** False when the key is there already. */
  create(key: string, value: Uint8Array): Promise<boolean>;
}

/** An answer that no event tells of: a refusal, or that there was nothing to change. */
export type RememberedAnswer = { readonly digest: string } & (
  | { readonly refused: { readonly code: RefusalCode; readonly detail: string; readonly values: JsonObject } }
  | { readonly reply: CommandReply }
);

/**
 * The memory that lets a repeated command answer as it did the first time although it left no event. It must be asked
 * before a command is decided, and told before such an answer is given: where it cannot be, the command is refused
 * as UNAVAILABLE, with nothing changed, since a repeat might otherwise be answered in another way.
 */
export function rememberAnswers(bucket: AnswerBucket, logger: Logger) {
  const reached = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      logger.warn({ err: error }, "the memory of refusals cannot be reached");
      return refuse("UNAVAILABLE", "the memory of earlier answers cannot be reached; nothing was changed");
    }
  };
  const recall = async (commandId: string): Promise<RememberedAnswer | undefined> => {
    const bytes = await reached(bucket.get(commandId));
    return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as RememberedAnswer);
  };
  return {
    recall,
    /** Gives the answer that stands: this one, or the one that another process was first to give. */
    async remember(commandId: string, answer: RememberedAnswer): Promise<RememberedAnswer> {
      const created = await reached(bucket.create(commandId, new TextEncoder().encode(JSON.stringify(answer))));
      return created ? answer : ((await recall(commandId)) ?? answer);
    },
  };
}

/** Says again what was said the first time. */
export function repeatAnswer(answer: RememberedAnswer): CommandReply {
  if ("reply" in answer) return answer.reply;
  const { code, detail, values } = answer.refused;
  throw new Refused(code, detail, values);
}
