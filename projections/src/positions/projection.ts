import { accountEvents } from "@tradesage/contracts";
import { ignoredBrokerEvents } from "../broker-events.ts";
import { plus } from "../decimals.ts";
import type { ProjectionOf } from "../projection.ts";

/** In netting the symbol names a position, in hedging its id. A closed one is no row. */
export const positions: ProjectionOf<"positions", typeof accountEvents> = {
  table: "positions",
  aggregate: "account",
  events: accountEvents,
  key: { account_id: "accountId", position_id: ["positionId", "symbol"] },
  on: {
    ...ignoredBrokerEvents,
    PositionReconciled: {
      put: ({ data, at }) => ({
        account_id: data.accountId,
        position_id: data.symbol,
        symbol: data.symbol,
        side: data.side,
        volume: data.volume,
        average_price: data.averagePrice,
        realised: "0.00",
        swap: "0.00",
        stop_loss: null,
        take_profit: null,
        stop_trails: null,
        opened_at: at,
      }),
    },
    PositionVanished: "remove",
    PositionOpened: {
      put: ({ data, at }) => ({
        account_id: data.accountId,
        position_id: data.positionId ?? data.symbol,
        symbol: data.symbol,
        side: data.side,
        volume: data.volume,
        average_price: data.price,
        realised: "0.00",
        swap: "0.00",
        stop_loss: null,
        take_profit: null,
        stop_trails: null,
        opened_at: at,
      }),
    },
    PositionIncreased: {
      change: (_, { data }) => ({ volume: data.total, average_price: data.averagePrice }),
    },
    PositionReduced: {
      change: ({ realised }, { data }) => ({ volume: data.total, realised: plus(realised, data.profit) }),
    },
    PositionProtected: {
      change: (_, { data }) => ({
        stop_loss: data.stopLoss ?? null,
        take_profit: data.takeProfit ?? null,
        stop_trails: data.trailingStop ?? null,
      }),
    },
    SwapCharged: { change: ({ swap }, { data }) => ({ swap: plus(swap, data.amount) }) },
    PositionClosed: "remove",
    AccountOpened: "ignored",
    FundsDeposited: "ignored",
    FundsWithdrawn: "ignored",
    CreditGiven: "ignored",
    CreditTaken: "ignored",
    BalanceAdjusted: "ignored",
    OrderPlaced: "ignored",
    OrderFilled: "ignored",
    OrderModified: "ignored",
    OrderTriggered: "ignored",
    OrderTrailed: "ignored",
    OrderCancelled: "ignored",
    TradingStateChanged: "ignored",
    RiskRulesSet: "ignored",
    PaperTermsSet: "ignored",
    CommissionCharged: "ignored",
    RiskAnchorsTaken: "ignored",
    RiskRuleBreached: "ignored",
    MarginCalled: "ignored",
    MarginCallEnded: "ignored",
    StopOutReached: "ignored",
  },
};
