import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { newKey, type Outcome } from "../desk/outcome.ts";

export interface Command {
  readonly isSending: boolean;
  readonly outcome: Outcome | undefined;
  /** What is wrong with one of these fields, by the last refusal. */
  errorOf(...fields: readonly string[]): string | undefined;
  /** `what` is all that the command says. While the same may have been done it keeps its key, so that it is done once. */
  give(what: unknown, send: (key: string) => Promise<Outcome>): Promise<Outcome | undefined>;
  forget(): void;
}

/** Gives one command at a time, and tells what came of the last. */
export function useCommand(): Command {
  const sending = useSignal(false);
  const outcome = useSignal<Outcome | undefined>(undefined);
  const intention = useRef({ text: "", key: "" });
  return {
    isSending: sending.value,
    outcome: outcome.value,
    errorOf(...fields) {
      if (outcome.value?.is !== "refused") return undefined;
      return outcome.value.errors.find(({ path }) =>
        fields.some((name) => path === name || path.startsWith(`${name}.`)),
      )?.message;
    },
    async give(what, send) {
      if (sending.value) return undefined;
      const text = JSON.stringify(what);
      if (intention.current.text !== text || outcome.value?.is !== "unknown")
        intention.current = { text, key: newKey() };
      sending.value = true;
      outcome.value = undefined;
      try {
        outcome.value = await send(intention.current.key);
        return outcome.value;
      } finally {
        sending.value = false;
      }
    },
    forget() {
      outcome.value = undefined;
    },
  };
}
