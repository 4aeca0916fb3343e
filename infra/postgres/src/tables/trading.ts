import type {
  InstrumentSpecification,
  LedgerAccount,
  OrderKind,
  OrderStatus,
  PaperTerms,
  PositionMode,
  RejectReason,
  Side,
  Terminal,
  TimeInForce,
  TradingState,
  Trailing,
  TransactionKind,
  Venue,
} from "@tradesage/contracts";

// `position` is where the newest event that the row comes from stands in the history; `…_at` are ISO 8601, UTC.

export interface InstrumentTable {
  symbol: string;
  specification: InstrumentSpecification;
  position: string;
}

export interface AccountTable {
  account_id: string;
  name: string;
  currency: string;
  leverage: number;
  mode: PositionMode;
  venue: Venue;
  terminal: Terminal | null;
  balance: string;
  credit: string;
  trading_state: TradingState;
  restricted_because: string | null;
  paper_terms: PaperTerms | null;
  opened_at: string;
  position: string;
}

export interface AccountRiskTable {
  account_id: string;
  version: number;
  /** `RiskRules` as JSON. */
  rules: string | null;
  /** The newest breach as JSON. */
  breach: string | null;
  is_margin_called: boolean;
  position: string;
}

export interface OrderTable {
  account_id: string;
  order_id: string;
  symbol: string;
  side: Side;
  kind: OrderKind;
  status: OrderStatus;
  volume: string;
  filled: string;
  limit_price: string | null;
  stop_price: string | null;
  trails: Trailing | null;
  time_in_force: TimeInForce;
  expires_at: string | null;
  reduce_only: boolean;
  /** The orders that it is linked with; null where it stands alone. */
  oco: string[] | null;
  triggered: boolean;
  /** Sum of volume × price over its fills: the average price without rounding at each of them. */
  notional: string;
  reject_reason: RejectReason | null;
  reject_detail: string | null;
  placed_at: string;
  changed_at: string;
  /** Position of its first event: the order of pages. */
  placed_position: string;
  position: string;
}

export interface ExecutionTable {
  account_id: string;
  execution_id: string;
  order_id: string;
  symbol: string;
  side: Side;
  volume: string;
  price: string;
  at: string;
  position: string;
}

export interface PositionTable {
  account_id: string;
  /** The symbol in netting; in hedging the id of the order that opened it. */
  position_id: string;
  symbol: string;
  side: Side;
  volume: string;
  average_price: string;
  /** What its closed parts have earned, in the account's currency. */
  realised: string;
  /** What its nights have earned, in the account's currency; negative where they cost. */
  swap: string;
  stop_loss: string | null;
  take_profit: string | null;
  stop_trails: Trailing | null;
  opened_at: string;
  position: string;
}

/** A transaction of an account's books: `amount` is debited to one of its accounts and credited to the other. */
export interface LedgerTable {
  account_id: string;
  kind: TransactionKind;
  debit: LedgerAccount;
  credit: LedgerAccount;
  amount: string;
  reference: string | null;
  symbol: string | null;
  at: string;
  position: string;
}

/** What an account was worth; `time` is cut to its second. */
export interface EquityCurveTable {
  account_id: string;
  time: string;
  balance: string;
  credit: string;
  equity: string;
  margin: string;
  floating: string;
  paid: string;
  epoch: string;
}

/** Something that happened to a position; an order's execution (`filled`) tells the tick that it was at. */
export interface TradeEventTable {
  account_id: string;
  kind: "filled" | "opened" | "increased" | "reduced" | "closed" | "vanished" | "protected";
  /** In netting the symbol names a position, in hedging its id; null of what is `filled`. */
  position_id: string | null;
  symbol: string;
  /** The position's; of `filled` the order's. */
  side: Side | null;
  execution_id: string | null;
  volume: string | null;
  price: string | null;
  profit: string | null;
  stop_loss: string | null;
  take_profit: string | null;
  /** The stop loss followed the market. */
  trailed: boolean;
  /** Milliseconds since the epoch, UTC. */
  tick_msc: string | null;
  actor: string;
  at: string;
  /** Its number in the account's stream: that of its opening names a trade. */
  revision: string;
  position: string;
}
