import assert from "node:assert/strict";
import { type JsonObject, type RefusalCode, Refused } from "@tradesage/contracts";
import { type Decider, fold } from "./decider.ts";

interface Outcome<Event> {
  /** The command is accepted with exactly these events, in this order; with none when it changes nothing. */
  thenEmits(...expected: readonly Event[]): void;
  /** The command is refused with this code and, where given, at least these numbers behind it. */
  thenRefuses(code: RefusalCode, values?: JsonObject): void;
}

/**
 * Given what happened, when a command comes, then what follows:
 * `given(opened, placed).when(cancel, context).thenEmits(cancelled)`.
 * @throws AssertionError with the difference, where it is otherwise.
 */
export const specify =
  <State, Command, Event, Context>(decider: Decider<State, Command, Event, Context>) =>
  (...history: readonly Event[]) => ({
    when(command: Command, ...[context]: undefined extends Context ? [context?: Context] : [context: Context]) {
      const decide = () => decider.decide(command, fold(decider, history), context as Context);
      return {
        thenEmits: (...expected) => assert.deepEqual(decide(), expected),
        thenRefuses(code, values = {}) {
          assert.throws(decide, (thrown: unknown) => {
            if (!(thrown instanceof Refused)) throw thrown;
            assert.equal(thrown.code, code);
            assert.deepEqual({ ...thrown.values, ...values }, thrown.values);
            return true;
          });
        },
      } satisfies Outcome<Event>;
    },
  });
