import { executionsTable } from "../0002-trading.ts";
import { ledgerTable } from "../0017-ledger.ts";
import { equityCurve } from "../0023-equity-curve.ts";

/** What a tenant that trades has besides. The steps say why each thing is as it is. */
export const tradingAtOnce = `
  insert into checkpoints (name) values
    ('accounts'), ('orders'), ('executions'), ('positions'), ('account_risk'), ('ledger'), ('trade_events'),
    ('trade_tags'), ('journal_entries'), ('journal_wordings');

  create table accounts (
    account_id text primary key,
    name text not null,
    currency text not null,
    leverage integer not null,
    mode text not null,
    venue text not null,
    balance numeric not null,
    opened_at timestamptz not null,
    position bigint not null,
    trading_state text not null default 'active',
    restricted_because text,
    paper_terms jsonb,
    terminal jsonb,
    credit numeric not null default 0.00
  );

  create table orders (
    account_id text not null,
    order_id text not null,
    symbol text not null,
    side text not null,
    kind text not null,
    status text not null,
    volume numeric not null,
    filled numeric not null,
    limit_price numeric,
    notional numeric not null,
    placed_at timestamptz not null,
    changed_at timestamptz not null,
    placed_position bigint not null,
    position bigint not null,
    stop_price numeric,
    time_in_force text not null default 'gtc',
    expires_at timestamptz,
    reduce_only boolean not null default false,
    triggered boolean not null default false,
    oco text[],
    trails jsonb,
    reject_reason text,
    reject_detail text,
    primary key (account_id, order_id)
  );
  create index orders_newest on orders (account_id, placed_position desc);
  create index orders_newest_open on orders (account_id, placed_position desc) where status = 'open';

  ${executionsTable}

  create table positions (
    account_id text not null,
    symbol text not null,
    side text not null,
    volume numeric not null,
    average_price numeric not null,
    realised numeric not null,
    opened_at timestamptz not null,
    position bigint not null,
    stop_loss numeric,
    take_profit numeric,
    stop_trails jsonb,
    swap numeric not null default 0.00,
    position_id text not null,
    primary key (account_id, position_id)
  );

  create table account_risk (
    account_id text primary key,
    version integer not null,
    rules text,
    position bigint not null,
    breach text,
    is_margin_called boolean not null default false
  );

  ${ledgerTable}

  create table trade_events (
    account_id text not null,
    position bigint not null,
    kind text not null,
    position_id text,
    symbol text not null,
    side text,
    execution_id text,
    volume numeric,
    price numeric,
    profit numeric,
    stop_loss numeric,
    take_profit numeric,
    trailed boolean not null,
    tick_msc bigint,
    actor text not null,
    at timestamptz not null,
    revision bigint not null,
    primary key (account_id, position)
  );
  create index trade_events_by_position on trade_events (account_id, position_id, position);
  create index trade_events_ticks on trade_events (account_id, execution_id) where kind = 'filled';
  create index trade_events_openings on trade_events (account_id, position desc) where kind = 'opened';
  create unique index trade_events_trades on trade_events (account_id, revision) where kind = 'opened';

  create table trade_tags (
    account_id text not null,
    trade_id bigint not null,
    tags text[] not null,
    position bigint not null,
    primary key (account_id, trade_id)
  );
  create index trade_tags_by_tag on trade_tags using gin (tags);

  create table journal_entries (
    account_id text not null,
    entry_id text not null,
    trade_id bigint,
    text text not null,
    tags text[] not null,
    screenshots jsonb not null,
    written_by text not null,
    written_at timestamptz not null,
    written_position bigint not null,
    amended_by text,
    amended_at timestamptz,
    withdrawn_by text,
    withdrawn_at timestamptz,
    position bigint not null,
    date date not null,
    primary key (account_id, entry_id)
  );
  create index journal_entries_by_time on journal_entries (account_id, written_position desc);

  create table journal_wordings (
    account_id text not null,
    position bigint not null,
    entry_id text not null,
    text text,
    tags text[],
    screenshots jsonb,
    actor text not null,
    at timestamptz not null,
    date date,
    primary key (account_id, position)
  );
  create index journal_wordings_by_entry on journal_wordings (account_id, entry_id, position);
  ${equityCurve.sql}
`;
