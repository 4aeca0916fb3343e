import type { TerminalErrorCode } from "@tradesage/contracts";

/** The bridge's reasons; `LINK_LOST` when there is nobody there. */
export type EndCode = TerminalErrorCode | "LINK_LOST";

/** The terminal cannot go on: what it sent is refused, or it was away from the bridge for too long. */
export class TerminalEnded extends Error {
  override readonly name = "TerminalEnded";
  readonly code: EndCode;

  constructor(code: EndCode, detail: string) {
    super(detail);
    this.code = code;
  }
}
