/**
 * Why the backup server did not do what was asked.
 * `UNREACHABLE`: no connection, or it was lost and could not be made again. `HOST_KEY_CHANGED`: whoever answers has
 * another key than the pinned one, and was told nothing. `ACCESS_DENIED`: it does not take our key, or not this path.
 * `NO_SPACE`: there is no room for the file. `NOT_FOUND`, `EXISTS`: of the path. `NOT_AS_SENT`: what was read back is
 * not what was sent. `FAILED`: it says that it failed, and not why.
 */
export type BackupServerErrorCode =
  | "UNREACHABLE"
  | "HOST_KEY_CHANGED"
  | "ACCESS_DENIED"
  | "NO_SPACE"
  | "NOT_FOUND"
  | "EXISTS"
  | "NOT_AS_SENT"
  | "FAILED";

export class BackupServerError extends Error {
  override readonly name = "BackupServerError";
  readonly code: BackupServerErrorCode;

  constructor(code: BackupServerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Status codes of the SSH File Transfer Protocol (draft-ietf-secsh-filexfer-02 §7). */
const statuses: Readonly<Record<number, BackupServerErrorCode>> = {
  2: "NOT_FOUND",
  3: "ACCESS_DENIED",
  4: "FAILED",
  6: "UNREACHABLE",
  7: "UNREACHABLE",
  8: "FAILED",
};

/** What the SSH library says, as one of ours. */
export function asBackupServerError(error: unknown, doing: string): BackupServerError {
  if (error instanceof BackupServerError) return error;
  const { code, level, message } = error as { code?: unknown; level?: string; message?: string };
  const told =
    typeof code === "number" ? statuses[code] : level === "client-authentication" ? "ACCESS_DENIED" : undefined;
  return new BackupServerError(told ?? "UNREACHABLE", `${doing}: ${message}`, { cause: error });
}
