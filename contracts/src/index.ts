export {
  AuditedModel,
  Change,
  LastEvent,
  ModelAsOf,
  Moment,
  modelQueries,
  RowAsOf,
  StateAsOf,
  type StateQuestion,
  stateQueries,
} from "./audit/as-of.ts";
export { AuditEntry, auditQueries } from "./audit/audit.ts";
export { ChainHead, ChainRecord, chainEvents, chainQueries, SignedHead } from "./audit/chain.ts";
export {
  type BackupCommand,
  type BackupEvent,
  BackupFile,
  BackupId,
  BackupKind,
  BackupStatus,
  BackupView,
  backupCommands,
  backupEvents,
  backupQueries,
  RetentionPolicy,
} from "./backups/backups.ts";
export { Decimal, Money, PositiveMoney, Price, Volume } from "./decimals.ts";
export { CommandEnvelope, CommandReply, EventMetadata, QueryEnvelope, QueryReply, Scope } from "./envelope.ts";
export {
  AccountId,
  Currency,
  ExecutionId,
  IdempotencyKey,
  InstrumentSymbol,
  JournalEntryId,
  OrderId,
  PLATFORM,
  Position,
  TenantId,
  TradeId,
} from "./ids.ts";
export { FieldError, invalidInput, parseInput } from "./input.ts";
export { canonicalJson, type JsonObject, type JsonValue } from "./json.ts";
export { Bar, barPriceFields, Timeframe, timeframes } from "./market-data/bars.ts";
export { Gap, MAX_GAP_RANGE_DAYS, marketDataQueries, Quote, TickView } from "./market-data/queries.ts";
export { RetentionKind, RetentionView } from "./market-data/retention.ts";
export { TickQualityDay } from "./market-data/tick-quality-days.ts";
export {
  type CommandType,
  command,
  type DataOf,
  type EventType,
  event,
  type Message,
  type MessageOf,
  type QueryType,
  query,
} from "./messages.ts";
export { Principal, Role } from "./principal.ts";
export { isRefusalCode, type RefusalCode, Refused, refusals, refuse } from "./refusals.ts";
export { type Aggregate, chainStream, parseStream, streams } from "./streams.ts";
export {
  nameOfToken,
  PARTITIONS,
  partitionOf,
  subjects,
  subjectToken,
  type TerminalId,
  tenantOfEvidence,
} from "./subjects.ts";
export {
  AlarmThresholds,
  healthQueries,
  type SlowStatement,
  TenantAlarm,
  TenantHealth,
  withThreshold,
} from "./tenants/health.ts";
export {
  type TenantCommand,
  type TenantEvent,
  TenantStatus,
  TenantTemplate,
  TenantView,
  tenantCommands,
  tenantEvents,
  tenantQueries,
} from "./tenants/tenants.ts";
export {
  parseTerminalKey,
  TerminalKeyDigest,
  TerminalKeyId,
  type TerminalKeyView,
  terminalKeyQueries,
  terminalKeyText,
} from "./tenants/terminal-keys.ts";
export { type TerminalErrorCode, terminalErrorOf, terminalErrors } from "./terminal/errors.ts";
export { Evidence } from "./terminal/evidence.ts";
export {
  Instruction,
  InstructionId,
  Report,
  ReportStored,
  Snapshot,
  SnapshotRequest,
} from "./terminal/expert-messages.ts";
export { type LinkLoss, linkLossHeaders, linkLossOf } from "./terminal/link-loss.ts";
export {
  Ack,
  BridgeMessage,
  FeedCursor,
  Heartbeat,
  Hello,
  TERMINAL_PROTOCOL,
  TerminalFailure,
  TerminalMessage,
  TerminalSymbol,
  Welcome,
} from "./terminal/messages.ts";
export { returnCodeOf, returnCodes } from "./terminal/return-codes.ts";
export {
  decodeTickBatch,
  encodeTickBatch,
  MAX_TICKS_PER_BATCH,
  MAX_TICKS_PER_MESSAGE,
  NO_SYMBOL_INDEX,
  readTicks,
  readTimeMsc,
  TICK_BATCH_HEADER_BYTES,
  TICK_BYTES,
  type Tick,
  type TickBatch,
  type TickBatchHeader,
  type TickBatchKind,
  type TickBatchView,
  tickAt,
  tickFields,
  tickOffset,
  writeTickBatchHeader,
} from "./terminal/tick-batch.ts";
export { TickCursor } from "./terminal/tick-cursor.ts";
export { doubtsOf, type TickDoubt, TickQuality, UNUSABLE_PRICE } from "./terminal/tick-quality.ts";
export { bytesOfTicks } from "./terminal/ticks-message.ts";
export {
  type AccountCommand,
  type AccountEvent,
  accountCommands,
  accountEvents,
  PositionMode,
  Stop,
  Venue,
} from "./trading/accounts.ts";
export {
  type BrokerCommand,
  type BrokerEvent,
  brokerCommands,
  brokerEvents,
  InstructionAction,
  ReconciledBecause,
  RejectReason,
} from "./trading/broker-messages.ts";
export { DealType, isOfCredit } from "./trading/broker-payments.ts";
export { BrokerDeal, BrokerOrder, BrokerPosition, BrokerState, Terminal, Ticket } from "./trading/broker-state.ts";
export { type DeskTerms, DeskTermsView } from "./trading/desk-terms.ts";
export { type Drawdown, type EquityPoint, equityQueries } from "./trading/equity.ts";
export {
  CalculationMode,
  completeInstrument,
  InstrumentChanges,
  InstrumentDefinition,
  InstrumentSpecification,
  SwapMode,
  TradeMode,
  TradingSession,
  Weekday,
  weekdays,
} from "./trading/instrument-specification.ts";
export {
  type InstrumentCommand,
  type InstrumentEvent,
  instrumentCommands,
  instrumentEvents,
  instrumentQueries,
} from "./trading/instruments.ts";
export {
  type JournalCommand,
  JournalEntryView,
  type JournalEvent,
  JournalTag,
  JournalWording,
  journalCommands,
  journalEvents,
  journalQueries,
  MOST_ENTRIES,
  MOST_TAGS,
  Screenshot,
} from "./trading/journal.ts";
export {
  type Booking,
  bookingOf,
  entriesOf,
  LedgerAccount,
  LedgerEntry,
  paidBy,
  TransactionKind,
  TransactionView,
} from "./trading/ledger.ts";
export { FOLLOWED_FOR_MS, LiveState, liveQueries } from "./trading/live-state.ts";
export { magicOf } from "./trading/magic.ts";
export { moneyEvents } from "./trading/money.ts";
export { CancelReason, OrderKind, Side, TimeInForce } from "./trading/order-words.ts";
export { PaperTerms, paperEvents } from "./trading/paper-venue.ts";
export { QuoteUsed } from "./trading/quote-used.ts";
export { type AccountRiskView, riskEvents, riskQueries } from "./trading/risk.ts";
export { Daily, LossRule, MarginLevels, Rate, RiskLimits, RiskRules } from "./trading/risk-rules.ts";
export { TradeDetail, TradeStatus, TradeView, tradeQueries } from "./trading/trades.ts";
export {
  type DeskCommand,
  type DeskEvent,
  type DeskView,
  deskCommands,
  deskEvents,
  deskQueries,
  Restriction,
  TradingState,
} from "./trading/trading-state.ts";
export { Trailing, TrailingRequest } from "./trading/trailing.ts";
export { AccountView, ExecutionView, OrderStatus, OrderView, PositionView, tradingQueries } from "./trading/views.ts";
export { upcast } from "./upcast.ts";
