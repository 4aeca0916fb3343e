/** A JSON object, as events carry it. */
type EventJson = Readonly<Record<string, unknown>>;

/** An event to be appended. `id` makes a repeated append idempotent: derive it (`eventIdFor`), do not draw it. */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly data: EventJson;
  readonly metadata: EventJson;
}

/** Where an append left its last event. */
export interface Appended {
  readonly revision: bigint;
  readonly position: bigint;
}

/** An event as it is kept. */
export interface RecordedEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  /** Its number in its stream, from 0, without a gap. */
  readonly revision: bigint;
  /** Its place in the whole history: the commit position. Grows, with gaps. */
  readonly position: bigint;
  /** When the server took it. */
  readonly at: Date;
  readonly data: unknown;
  readonly metadata: unknown;
}

/** What a subscription hands out. A checkpoint says that nothing of interest lies up to its position. */
export type Delivery =
  | { readonly kind: "event"; readonly event: RecordedEvent }
  | { readonly kind: "checkpoint"; readonly position: bigint }
  | { readonly kind: "caught-up" };

export interface ReadStreamOptions {
  /** The first revision to read; the stream's own first or last unless told, by the direction. */
  readonly from?: bigint | "start" | "end";
  readonly direction?: "forwards" | "backwards";
  readonly limit?: number;
}

export interface ReadAllOptions {
  /** Only what lies beyond this position, in the direction of reading. */
  readonly after?: bigint;
  readonly direction?: "forwards" | "backwards";
  readonly limit?: number;
  readonly streamPrefixes?: readonly string[];
}

export interface SubscribeOptions {
  /** The last position that was dealt with. */
  readonly after: bigint | "start" | "end";
  /** Only events of streams whose names begin with one of these. */
  readonly streamPrefixes?: readonly string[];
  /** Only events of these types, where no streams are named. The server leaves the others out. */
  readonly eventTypes?: readonly string[];
  /** Ends the subscription, and the iteration with it. */
  readonly signal: AbortSignal;
}
