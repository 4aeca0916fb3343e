/**
 * Why a tenant cannot be restored. `NO_BACKUP`: none of it was found. `GAP`: events between two segments are missing.
 * `CHAIN_BROKEN`: an event was changed, left out or added. `TENANT_EXISTS`: there are events of the target already.
 * `NO_HISTORY`: the event store has no events to restore from. `MISMATCH`: what was restored is not what it was.
 * `PAST_IN_PLACE`: a history is not taken back (docs/decisions/0014).
 */
export type RestoreErrorCode =
  | "NO_BACKUP"
  | "GAP"
  | "CHAIN_BROKEN"
  | "TENANT_EXISTS"
  | "NO_HISTORY"
  | "MISMATCH"
  | "PAST_IN_PLACE";

export class RestoreError extends Error {
  override readonly name = "RestoreError";
  readonly code: RestoreErrorCode;

  constructor(code: RestoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
