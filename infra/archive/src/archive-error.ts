/**
 * Why an archive cannot be read.
 * `NOT_AN_ARCHIVE`: it does not begin as one. `WRONG_TENANT`: it is another tenant's. `WRONG_KEY`: it was sealed with
 * another key. `TRUNCATED`: its end is missing. `DAMAGED`: a part was changed, moved, repeated or added.
 */
export type ArchiveErrorCode = "NOT_AN_ARCHIVE" | "WRONG_TENANT" | "WRONG_KEY" | "TRUNCATED" | "DAMAGED";

/** Nothing that an archive gives before this is thrown may be trusted to be all of it. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
  readonly code: ArchiveErrorCode;

  constructor(code: ArchiveErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
