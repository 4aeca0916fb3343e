let turn: Promise<void> | undefined;

/**
 * Until everything that came in with this turn of the event loop has been looked at. What is sent then leaves in one
 * write: a system call, and a waking of the server, for all of it instead of for each message.
 */
export function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
}
