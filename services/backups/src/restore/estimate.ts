import type { BackupEvent, DataOf } from "@tradesage/contracts";

/**
 * What a restore does, in this order: it reads and writes events, loads tables, and proves what it has made. Where the
 * tenant is new, tables are loaded beside the events, and what is left of them then is the second stage.
 */
const restoreStages = ["history", "tables", "proof"] as const;
export type RestoreStage = (typeof restoreStages)[number];

/** In each stage. */
export type Seconds = Readonly<Record<RestoreStage, number>>;
/** A second in each stage: events, rows, events. */
export type Pace = Readonly<Record<RestoreStage, number>>;

/** On two cores: history and tables as `npm run bench -- backup` has them, proof as the drill. */
const usual: Pace = { history: 25_000, tables: 230_000, proof: 3_000 };
/** A stage that took less tells of how it begins, and not of how it goes on. */
const TELLS_AFTER_SECONDS = 2;

/** How fast a restore is likely to be: as the last one was, and as usual where that tells nothing. */
export function paceOf(last: DataOf<BackupEvent, "RestoreFinished"> | undefined): {
  readonly pace: Pace;
  readonly isMeasured: boolean;
} {
  const pace = { ...usual };
  let isMeasured = false;
  for (const stage of restoreStages) {
    const { took, events = 0 } = last ?? {};
    const done = stage === "tables" ? (took?.loaded ?? 0) : events;
    if (!took || took[stage] < TELLS_AFTER_SECONDS || done === 0) continue;
    const since = stage === "tables" && !took.inPlace ? took.history : 0;
    pace[stage] = done / (since + took[stage]);
    isMeasured = true;
  }
  return { pace, isMeasured };
}

export function secondsOf(
  { events, rows, inPlace }: { readonly events: number; readonly rows: number; readonly inPlace: boolean },
  pace: Pace,
): Seconds {
  const [history, tables] = [events / pace.history, rows / pace.tables];
  return { history, tables: inPlace ? tables : Math.max(0, tables - history), proof: events / pace.proof };
}

/**
 * How many seconds are left when so much (0 to 1) of a stage is done after so many seconds: what was planned, by how
 * right the plan has been up to here.
 */
export function secondsLeft(planned: Seconds, stage: RestoreStage, share: number, elapsed: number): number {
  const total = restoreStages.reduce((sum, one) => sum + planned[one], 0);
  const before = restoreStages.slice(0, restoreStages.indexOf(stage)).reduce((sum, one) => sum + planned[one], 0);
  const done = before + share * planned[stage];
  // At the beginning the plan is all that is known.
  return done < total / 20 ? Math.max(0, total - elapsed) : ((total - done) * elapsed) / done;
}
