const exitCodes = {
  PORT_TAKEN: 69,
  ALREADY_RUNNING: 75,
  SERVERS_MISSING: 69,
  KEYS_MISSING: 78,
  BAD_SETTING: 78,
  NOT_READY: 70,
} as const;

export type StackErrorCode = keyof typeof exitCodes;

/** The stack cannot start, for a reason that its user can put right. Exit codes as in BSD's sysexits(3). */
export class StackError extends Error {
  override readonly name = "StackError";
  readonly code: StackErrorCode;

  constructor(code: StackErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}
