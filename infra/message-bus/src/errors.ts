/** The bus, or whoever should have answered, is not there. Nothing was delivered, so nothing was changed: ask again. */
export class BusUnavailable extends Error {
  override readonly name = "BusUnavailable";
  readonly code = "UNAVAILABLE";
}

/** No answer came in time. What was asked for may or may not have happened: ask again under the same id to learn it. */
export class DeadlineExceeded extends Error {
  override readonly name = "DeadlineExceeded";
  readonly code = "DEADLINE_EXCEEDED";
}

/** The stream ends before the place where reading was to begin: it was reset, or it is another one. */
export class StreamRewound extends Error {
  override readonly name = "StreamRewound";
  /** The sequence that was asked for, and the last one of the stream. */
  readonly asked: number;
  readonly last: number;

  constructor(stream: string, asked: number, last: number) {
    super(`stream ${stream} ends at ${last}, before ${asked} where reading was to begin`);
    this.asked = asked;
    this.last = last;
  }
}
