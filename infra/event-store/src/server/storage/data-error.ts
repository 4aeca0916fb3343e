export type DataErrorCode = "NO_FOLDER" | "IN_USE" | "FOREIGN_FILE" | "TORN_FILE" | "OTHER_VERSION";

/** The data cannot be used as it is. The message says what is wrong and what to do. */
export class EventStoreDataError extends Error {
  override readonly name = "EventStoreDataError";
  readonly code: DataErrorCode;

  constructor(code: DataErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
