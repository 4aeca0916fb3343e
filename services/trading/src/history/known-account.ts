import {
  type AccountEvent,
  AccountId,
  type CommandEnvelope,
  type CommandReply,
  parseInput,
  refuse,
  streams,
  TradeId,
} from "@tradesage/contracts";
import { type EventStore, EventStoreUnavailable, type RecordedEvent } from "@tradesage/event-store";
import { z } from "zod";

type Handle = (envelope: CommandEnvelope) => Promise<CommandReply>;

const Named = z.object({ accountId: AccountId, tradeId: TradeId.optional() });

/**
 * The same, but only for an account that is there and, where a trade is named, one of that account: for who notes
 * something of them and does not decide by their state. Neither ever goes again, so that nothing can come between.
 * @throws Refused ACCOUNT_NOT_FOUND, TRADE_NOT_FOUND, UNAVAILABLE
 */
export const ofKnownAccount =
  (eventStore: Pick<EventStore, "readStream">, handle: Handle): Handle =>
  async (envelope) => {
    const { accountId, tradeId } = parseInput(Named, envelope.data);
    const stream = streams.account(envelope.tenant, accountId);
    const eventAt = async (revision: bigint): Promise<RecordedEvent | undefined> => {
      try {
        for await (const event of eventStore.readStream(stream, { from: revision, limit: 1 })) return event;
        return undefined;
      } catch (error) {
        if (error instanceof EventStoreUnavailable) return refuse("UNAVAILABLE");
        throw error;
      }
    };
    if (!(await eventAt(0n))) return refuse("ACCOUNT_NOT_FOUND");
    const opening = "PositionOpened" satisfies AccountEvent["type"];
    if (tradeId !== undefined && (await eventAt(BigInt(tradeId)))?.type !== opening) return refuse("TRADE_NOT_FOUND");
    return handle(envelope);
  };
