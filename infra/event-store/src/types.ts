/** A JSON object, as events carry it. */
type EventJson = Readonly<Record<string, unknown>>;

/** An event to be appended. `id` makes a repeated append idempotent: derive it (`eventIdFor`), do not draw it. */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  /** JSON, or the bytes of it. */
  readonly data: EventJson | Uint8Array;
  readonly metadata: EventJson | Uint8Array;
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

/** An event as it is kept, its data and metadata as the bytes that were appended: for who takes many and looks into few. */
export interface KeptEvent extends Omit<RecordedEvent, "data" | "metadata"> {
  /** Whether its data were said to be JSON. */
  readonly isJson: boolean;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/** What a subscription hands out. A checkpoint says that nothing of interest lies up to its position. */
export type Delivery<Event = RecordedEvent> =
  | { readonly kind: "event"; readonly event: Event }
  | { readonly kind: "checkpoint"; readonly position: bigint }
  | { readonly kind: "caught-up" };

export interface ReadStreamOptions {
  /** The first revision to read; the stream's own first or last unless told, by the direction. */
  readonly from?: bigint | "start" | "end";
  readonly direction?: "forwards" | "backwards";
  readonly limit?: number;
}

export interface ReadPagesOptions {
  /** Only what lies beyond this position, in the direction of reading. */
  readonly after?: bigint;
  readonly streamPrefixes?: readonly string[];
}

export interface ReadAllOptions extends ReadPagesOptions {
  readonly direction?: "forwards" | "backwards";
  readonly limit?: number;
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
