import type { TenantTemplate } from "@tradesage/contracts";
import type { AtOnce, Migration } from "../migrate.ts";
import { instruments } from "./0001-instruments.ts";
import { trading } from "./0002-trading.ts";
import { marketData } from "./0003-market-data.ts";
import { barsByTimeframe } from "./0004-bars-by-timeframe.ts";
import { retention } from "./0005-retention.ts";
import { orderKinds } from "./0006-order-kinds.ts";
import { positionStops } from "./0007-position-stops.ts";
import { instrumentSpecification } from "./0008-instrument-specification.ts";
import { tickQuality } from "./0009-tick-quality.ts";
import { tradingState } from "./0010-trading-state.ts";
import { linkedOrders } from "./0011-linked-orders.ts";
import { trailingStops } from "./0012-trailing-stops.ts";
import { tickChanges } from "./0013-tick-changes.ts";
import { accountRisk } from "./0014-account-risk.ts";
import { paperTerms } from "./0015-paper-terms.ts";
import { brokers } from "./0016-brokers.ts";
import { ledger } from "./0017-ledger.ts";
import { positionSwaps } from "./0018-position-swaps.ts";
import { positionIds } from "./0019-position-ids.ts";
import { tradeEvents } from "./0020-trade-events.ts";
import { riskBreaches } from "./0021-risk-breaches.ts";
import { journal } from "./0022-journal.ts";
import { equityCurve } from "./0023-equity-curve.ts";
import { journalDates } from "./0024-journal-dates.ts";
import { basicAtOnce } from "./at-once/basic.ts";
import { tradingAtOnce } from "./at-once/trading.ts";
import type { TenantMigration } from "./tenant-migration.ts";

const all: readonly TenantMigration[] = [
  instruments,
  trading,
  marketData,
  barsByTimeframe,
  retention,
  orderKinds,
  positionStops,
  instrumentSpecification,
  tickQuality,
  tradingState,
  linkedOrders,
  trailingStops,
  tickChanges,
  accountRisk,
  paperTerms,
  brokers,
  ledger,
  positionSwaps,
  positionIds,
  tradeEvents,
  riskBreaches,
  journal,
  equityCurve,
  journalDates,
];

const isBasic = ({ templates }: TenantMigration) => templates.includes("basic");

/** All of it: a new migration is written into them too. A test holds them to what their migrations make step by step. */
const atOnce: readonly AtOnce[] = [
  { migrations: all.filter(isBasic), sql: basicAtOnce },
  { migrations: all.filter((migration) => !isBasic(migration)), sql: tradingAtOnce },
];

/** The same migrations, in as few steps as a new schema needs. */
export function inFewSteps(migrations: readonly TenantMigration[]): readonly (Migration | AtOnce)[] {
  const whole = atOnce.filter((part) =>
    part.migrations.every((migration) => migrations.some(({ name }) => name === migration.name)),
  );
  const inThem = new Set(whole.flatMap((part) => part.migrations.map(({ name }) => name)));
  return [...whole, ...migrations.filter(({ name }) => !inThem.has(name))];
}

/** What a tenant of this template is made of, in order. */
export const tenantMigrations = (template: TenantTemplate): readonly TenantMigration[] =>
  all.filter(({ templates }) => templates.includes(template));

/** The migrations of these names, in order. Throws where one is not among ours: the schema is of a newer release. */
export function knownMigrations(names: readonly string[]): readonly TenantMigration[] {
  const unknown = names.filter((name) => !all.some((known) => known.name === name));
  if (unknown.length > 0) throw new Error(`this release does not know the migrations ${unknown.join(", ")}`);
  return all.filter(({ name }) => names.includes(name));
}
