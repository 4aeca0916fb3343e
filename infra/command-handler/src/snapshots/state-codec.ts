import type { JsonValue } from "@tradesage/contracts";

/**
 * How an aggregate's state is written down and read back. Both go in pieces, so that a large state is not in the way of
 * other work; a state that is never changed in place can be written while commands go on.
 */
export interface StateCodec<State> {
  /** The state as JSON, in pieces that take a millisecond or so each. @throws Error for what it cannot write. */
  encode(state: State): Iterable<JsonValue>;
  /** The state of such pieces. @throws Error for pieces that it did not write. */
  decode(pieces: AsyncIterable<JsonValue>): Promise<State>;
}

/** A state that is JSON as it is. */
export const jsonState = <State extends JsonValue>(): StateCodec<State> => ({
  encode: (state) => [state],
  async decode(pieces) {
    for await (const piece of pieces) return piece as State;
    throw new Error("there is no state");
  },
});
