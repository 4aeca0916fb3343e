import { Refused, type TerminalErrorCode, terminalErrors } from "@tradesage/contracts";
import { EventStoreUnavailable } from "@tradesage/event-store";
import { BusUnavailable, DeadlineExceeded } from "@tradesage/message-bus";

/** Why a terminal's connection must end. */
export class TerminalFault extends Error {
  override readonly name = "TerminalFault";
  readonly code: TerminalErrorCode;

  constructor(code: TerminalErrorCode, detail?: string) {
    super(detail ?? terminalErrors[code].title);
    this.code = code;
  }
}

/** What a terminal is told of whatever went wrong; only what is its business. */
export function faultOf(error: unknown): TerminalFault {
  if (error instanceof TerminalFault) return error;
  if ([BusUnavailable, DeadlineExceeded, EventStoreUnavailable].some((unavailable) => error instanceof unavailable))
    return new TerminalFault("UNAVAILABLE");
  if (error instanceof Refused && isTerminalError(error.code)) return new TerminalFault(error.code, error.message);
  return new TerminalFault("INTERNAL");
}

const isTerminalError = (code: string): code is TerminalErrorCode => Object.hasOwn(terminalErrors, code);
