import {
  type InstrumentSymbol,
  type JsonValue,
  marketDataQueries,
  type QueryEnvelope,
  type QueryReply,
  subjects,
  type TenantId,
  type TickCursor,
} from "@tradesage/contracts";
import { type Bus, BusUnavailable, DeadlineExceeded } from "@tradesage/message-bus";

/**
 * The last tick of a feed of which the stream holds none: it was so long ago, or so much has come since. The table knows
 * it. Where nobody answers the terminal is told of none, and refills from its history: the table knows those ticks again.
 */
export async function storedEnd(
  bus: Pick<Bus, "request">,
  tenant: TenantId,
  symbol: InstrumentSymbol,
): Promise<TickCursor | undefined> {
  const { name, answer } = marketDataQueries.feedEnd;
  const envelope: QueryEnvelope = { query: name, data: { symbol }, tenant };
  try {
    const reply = await bus.request(subjects.query("market-data", tenant, name), envelope as unknown as JsonValue);
    return answer.parse((reply as QueryReply).answer).end ?? undefined;
  } catch (error) {
    if (error instanceof BusUnavailable || error instanceof DeadlineExceeded) return undefined;
    throw error;
  }
}
