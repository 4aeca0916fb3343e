/**
 * How one aggregate decides: pure and synchronous. Time, ids, prices and randomness arrive in the command or the
 * context; nothing here waits, and no argument is changed. After Jérémie Chassaing's "Functional Event Sourcing Decider".
 */
export interface Decider<State, Command, Event, Context = undefined> {
  /** The state of an aggregate that has no events yet. */
  readonly initialState: State;
  /** The state after one more event. Accepts every event that was ever kept; refuses nothing. */
  readonly evolve: (state: State, event: Event) => State;
  /**
   * The events that the command leads to; none when it changes nothing.
   * @throws Refused, coded, for a command that should not have been sent.
   */
  readonly decide: (command: Command, state: State, context: Context) => readonly Event[];
}

/** The state after a whole history. */
export const fold = <State, Event>(
  decider: Pick<Decider<State, never, Event, never>, "initialState" | "evolve">,
  history: Iterable<Event>,
): State => {
  let state = decider.initialState;
  for (const event of history) state = decider.evolve(state, event);
  return state;
};
