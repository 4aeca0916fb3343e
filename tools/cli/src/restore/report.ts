import type { TableSums } from "@tradesage/postgres";
import { table } from "../output.ts";
import type { AccountCompared, Holdings } from "./balances.ts";
import type { Proof } from "./prove.ts";

/** What a restore has done, and whether it is what was there: as a person reads it, and as a program does (`--json`). */
export interface Report extends Omit<Proof, "tables"> {
  readonly source: string;
  readonly target: string;
  /** Events, each held against the chain, up to the last one; their head is equal before and after. */
  readonly history: {
    readonly events: number;
    readonly upTo?: { readonly position: string; readonly at: string };
    readonly head?: string;
  };
  readonly tables: readonly TableProof[];
  /** In place: why what was written to ticks since the backup could not be taken over. */
  readonly lostTicks?: string;
  readonly oldTables?: "kept aside" | "left in place";
}

export interface TableProof {
  readonly table: string;
  readonly rows: number;
  readonly sum: string;
  readonly comparedWith: "origin" | "replay";
  readonly equal: boolean;
}

/** What was loaded, which is the origin's or the restore has failed; and read models. */
export const tablesOf = (loaded: TableSums, { tables: readModels }: Pick<Proof, "tables">): readonly TableProof[] => [
  ...Object.entries(loaded)
    .filter(([name]) => !readModels.some(({ table }) => table === name))
    .map(([name, { rows, sum }]) => ({
      ...{ table: name, rows: Number(rows), sum, comparedWith: "origin" as const, equal: true },
    })),
  ...readModels.map((one) => ({ ...one, comparedWith: "replay" as const })),
];

const asWord = (equal: boolean) => (equal ? "equal" : "DIFFERENT");

export function told({ source, target, history, tables, accounts, differences, equal, ...more }: Report): string {
  const { events, upTo, head } = history;
  return [
    ...(events > 0
      ? [`${events} events of ${source}${upTo ? `, up to ${upTo.at}` : ""}, each held against the chain`]
      : []),
    ...(head ? [`head ${head}`] : []),
    table(
      ["TABLE", "ROWS", "CHECKSUM", "COMPARED WITH", ""],
      tables.map((one) => [one.table, String(one.rows), one.sum, `its ${one.comparedWith}`, asWord(one.equal)]),
    ),
    ...(accounts.length > 0
      ? [
          table(
            ["ACCOUNT", "CURRENCY", "BALANCE", "CREDIT", "POSITIONS", "AND BY ITS EVENTS"],
            accounts.map((one) => [
              ...cellsOf(one, one.told),
              one.equal ? "equal" : `DIFFERENT: ${textOf(one.folded)}`,
            ]),
          ),
        ]
      : []),
    ...differences.map((one) => `DIFFERENT: ${JSON.stringify(one)}`),
    ...(more.lostTicks ? [`what was written to ticks since the backup is lost: ${more.lostTicks}`] : []),
    ...(more.oldTables === "left in place" ? ["nothing was changed: the old tables are in place"] : []),
    ...(more.oldTables === "kept aside"
      ? [`the old tables are kept aside until: tradesage tenant confirm-restore ${target}`]
      : []),
    equal ? `${target} is what ${source} was` : `${target} is not what ${source} was`,
    `${target} is held: nothing is traded for it until: tradesage tenant release ${target}`,
  ].join("\n");
}

const cellsOf = ({ accountId, currency }: AccountCompared, held: Holdings | undefined): readonly string[] => [
  ...[accountId, currency, held?.balance ?? "none", held?.credit ?? "none"],
  String(Object.keys(held?.positions ?? {}).length),
];

const textOf = (held: Holdings | undefined): string =>
  held
    ? [`balance ${held.balance}`, `credit ${held.credit}`, ...Object.values(held.positions)].join(", ")
    : "there is none";
