import {
  type InstrumentSymbol,
  nameOfToken,
  Refused,
  readTicks,
  subjects,
  type TenantId,
  tickFields,
  tickOffset,
} from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import type { Logger } from "@tradesage/telemetry";

/** One good live tick: both prices above zero, the ask not below the bid, nothing doubted. */
export type TickListener = (
  tenant: TenantId,
  symbol: InstrumentSymbol,
  quote: { readonly bid: number; readonly ask: number; readonly timeMsc: number },
) => void;

/**
 * Hears every tenant's ticks as they come, in order. What is doubted by the bridge or was read from a terminal's
 * history says nothing of the price now, and is passed over.
 */
export const hearTicks = (bus: Pick<Bus, "subscribe">, listener: TickListener, logger: Logger) =>
  bus.subscribe(subjects.allTicks, (subject, payload) => {
    const [, tenant = "", token = ""] = subject.split(".");
    try {
      forEachGoodTick(payload, (quote) => listener(tenant, nameOfToken(token), quote));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      logger.warn({ err: error, subject }, "a tick batch on the bus is malformed");
    }
  });

function forEachGoodTick(
  bytes: Uint8Array,
  take: (quote: { bid: number; ask: number; timeMsc: number }) => void,
): void {
  const batch = readTicks(bytes);
  if (batch.kind !== "live") return;
  const { data, count, utcOffsetSeconds } = batch;
  for (let index = 0; index < count; index++) {
    const at = tickOffset(index);
    const bid = data.getFloat64(at + tickFields.bid, true);
    const ask = data.getFloat64(at + tickFields.ask, true);
    // Written so that NaN fails; the bridge marks these too, but money hangs on it.
    if (data.getUint16(at + tickFields.quality, true) !== 0 || !(bid > 0 && ask >= bid && ask < Infinity)) continue;
    const timeMsc = Number(data.getBigInt64(at + tickFields.timeMsc, true)) - utcOffsetSeconds * 1000;
    take({ bid, ask, timeMsc });
  }
}
