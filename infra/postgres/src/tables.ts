import type { Timeframe } from "@tradesage/contracts";
import type { CheckpointTable } from "./tables/checkpoint.ts";
import type { JournalEntryTable, JournalWordingTable, TradeTagTable } from "./tables/journal.ts";
import type {
  BarTable,
  FeedTable,
  RetentionTable,
  TickChangeTable,
  TickQualityTable,
  TickTable,
} from "./tables/market-data.ts";
import type {
  PlatformBackupTable,
  PlatformDeskTable,
  PlatformDeskTermsTable,
  PlatformTenantTable,
  PlatformTerminalKeyTable,
} from "./tables/platform.ts";
import type {
  AccountRiskTable,
  AccountTable,
  EquityCurveTable,
  ExecutionTable,
  InstrumentTable,
  LedgerTable,
  OrderTable,
  PositionTable,
  TradeEventTable,
} from "./tables/trading.ts";

/** Tables of the schema `platform`. */
export interface PlatformTables {
  tenants: PlatformTenantTable;
  backups: PlatformBackupTable;
  terminal_keys: PlatformTerminalKeyTable;
  desks: PlatformDeskTable;
  desk_terms: PlatformDeskTermsTable;
  checkpoints: CheckpointTable;
}

/** Tables of a tenant's schema. Those of trading are missing where the template is `basic`. */
export interface TenantTables extends BarTables {
  checkpoints: CheckpointTable;
  instruments: InstrumentTable;
  accounts: AccountTable;
  account_risk: AccountRiskTable;
  orders: OrderTable;
  executions: ExecutionTable;
  positions: PositionTable;
  ledger: LedgerTable;
  trade_events: TradeEventTable;
  trade_tags: TradeTagTable;
  journal_entries: JournalEntryTable;
  journal_wordings: JournalWordingTable;
  equity_curve: EquityCurveTable;
  feeds: FeedTable;
  ticks: TickTable;
  retention: RetentionTable;
  tick_quality: TickQualityTable;
  tick_changes: TickChangeTable;
}

/** A table for each length of bars: `bars_1s`, `bars_1m`, … */
type BarTables = Readonly<Record<`bars_${Timeframe}`, BarTable>>;
