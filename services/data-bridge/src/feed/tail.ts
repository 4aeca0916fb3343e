import {
  type InstrumentSymbol,
  readTicks,
  readTimeMsc,
  subjects,
  type TenantId,
  type TickBatchView,
  type TickCursor,
  tickFields,
  tickOffset,
} from "@tradesage/contracts";
import { type Bus, tickProjection } from "@tradesage/message-bus";

/** Where a feed stands for good: its last stored batch. */
export interface Tail {
  /** Number of its message in the stream. */
  readonly message: number;
  readonly batch: TickBatchView;
  /** Its last tick. */
  readonly cursor: TickCursor;
}

/** Asks the stream, which is the only one to know: any bridge can go on where another one died. */
export async function readTail(
  bus: Pick<Bus, "lastMessage">,
  tenant: TenantId,
  symbol: InstrumentSymbol,
): Promise<Tail | undefined> {
  const message = await bus.lastMessage(tickProjection.stream, subjects.ticks(tenant, symbol));
  if (!message) return undefined;
  const batch = readTicks(message.payload);
  return { message: message.sequence, batch, cursor: tickCursor(batch, batch.count - 1) };
}

/** Place of a batch's tick in its feed. */
export function tickCursor({ data, utcOffsetSeconds }: TickBatchView, index: number): TickCursor {
  const at = tickOffset(index);
  return {
    timeMsc: readTimeMsc(data, at) - utcOffsetSeconds * 1000,
    ordinal: data.getUint16(at + tickFields.ordinal, true),
  };
}
