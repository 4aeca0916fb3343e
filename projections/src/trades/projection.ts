import { accountEvents } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { ignored } from "../ignored.ts";
import type { Fact, ProjectionOf } from "../projection.ts";

type Row = Omit<TenantTables["trade_events"], "position">;
type Known = Pick<Row, "kind" | "symbol"> & Partial<Row>;

const nothing = {
  ...{ position_id: null, side: null, execution_id: null, volume: null, price: null, profit: null },
  ...{ stop_loss: null, take_profit: null, trailed: false, tick_msc: null },
};
const rowOf = ({ data, actor, at, revision }: Fact<{ accountId: string }>, known: Known): Row => ({
  account_id: data.accountId,
  ...nothing,
  ...{ actor, at, revision },
  ...known,
});

type Filled = {
  accountId: string;
  symbol: string;
  side: "buy" | "sell";
  executionId: string;
  volume: string;
  price: string;
};

/** A change of a position by an execution. */
const changed = (kind: Row["kind"]) => ({
  put: (fact: Fact<Filled & { profit?: string; positionId?: string | undefined }>) => {
    const { symbol, positionId = symbol, side, executionId, volume, price, profit = null } = fact.data;
    const filled = { side, execution_id: executionId, volume, price, profit };
    return rowOf(fact, { kind, position_id: positionId, symbol, ...filled });
  },
});

/** Everything that makes up trades, an event a row: none of it is ever changed. */
export const tradeEvents: ProjectionOf<"trade_events", typeof accountEvents> = {
  table: "trade_events",
  aggregate: "account",
  events: accountEvents,
  key: { account_id: "accountId", position: "position" },
  on: {
    ...ignored.broker,
    ...ignored.money,
    ...ignored.risk,
    ...ignored.paper,
    PositionVanished: {
      put: (fact) => {
        const { symbol, positionId = symbol } = fact.data;
        return rowOf(fact, { kind: "vanished", position_id: positionId, symbol });
      },
    },
    OrderFilled: {
      put: (fact) => {
        const { symbol, side, executionId, volume, price, quote } = fact.data;
        const tick = quote === undefined ? null : String(quote.timeMsc);
        return rowOf(fact, { kind: "filled", symbol, side, execution_id: executionId, volume, price, tick_msc: tick });
      },
    },
    PositionOpened: changed("opened"),
    PositionIncreased: changed("increased"),
    PositionReduced: changed("reduced"),
    PositionClosed: changed("closed"),
    PositionProtected: {
      put: (fact) => {
        const { symbol, positionId = symbol, side, stopLoss = null, takeProfit = null, quote } = fact.data;
        const stops = { stop_loss: stopLoss, take_profit: takeProfit, trailed: quote !== undefined };
        return rowOf(fact, { kind: "protected", position_id: positionId, symbol, side, ...stops });
      },
    },
    AccountOpened: "ignored",
    SwapCharged: "ignored",
    OrderPlaced: "ignored",
    OrderModified: "ignored",
    OrderTriggered: "ignored",
    OrderTrailed: "ignored",
    OrderCancelled: "ignored",
    TradingStateChanged: "ignored",
  },
};
