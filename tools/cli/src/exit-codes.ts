/** What the command line's exit code means; `tradesage --help` prints this table. */
export const exitCodes = {
  0: "done, and the answer is yes",
  1: "done, and the answer is no: a difference was found, or something is not ready",
  2: "the command was not understood",
  3: "no running installation was found",
  4: "the installation refused; its code is in the message",
  5: "the installation could not be reached or failed",
} as const;

export type ExitCode = keyof typeof exitCodes;

/** Ends a command with a message for its user, without a stack trace. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
