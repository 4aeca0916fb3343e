/** The stream is not at the revision that the append expected: somebody else wrote first. Load again and decide again. */
export class WrongExpectedRevision extends Error {
  override readonly name = "WrongExpectedRevision";
  readonly stream: string;
  readonly expected: bigint | "no_stream";
  readonly actual: bigint | "no_stream";

  constructor(stream: string, expected: bigint | "no_stream", actual: bigint | "no_stream", options?: ErrorOptions) {
    super(`${stream} is at ${actual}, not at ${expected}`, options);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** The event store did not answer, or failed. An append that throws this may or may not have been kept. */
export class EventStoreUnavailable extends Error {
  override readonly name = "EventStoreUnavailable";
}

/**
 * The event store takes no such append, however often it is made: too large, to a stream that was deleted for good, or
 * not allowed. Nothing was kept; the cause says why.
 */
export class EventStoreRefused extends Error {
  override readonly name = "EventStoreRefused";
}
