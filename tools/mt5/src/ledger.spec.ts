import { statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, workbench } from "./testing/workbench.ts";

const headers = ["Bytes.mqh", "Records.mqh", "Ledger.mqh"];
const NOW = 1_767_225_600_000;
const DAY = 86_400_000;

/** A ledger in a terminal that begins anew, over the files of the one before. */
function openLedger(folder: string, now = NOW) {
  const { functions, structs, terminal } = workbench(headers, { folder });
  const ledger = new (structs["Ledger"] as new () => { entries: { items: Record<string, unknown>[] } })();
  expect(functions["LedgerOpen"]?.(ledger, "account\\orders.ledger", BigInt(now))).toBe(true);
  const answer = Object.assign(new (structs["MqlTradeResult"] as new () => object)(), {
    ...{ retcode: 10_009, order: 71n, deal: 72n, volume: 0.1, price: 1.17324, comment: "done\tindeed" },
  });
  return {
    file: join(folder, "account/orders.ledger"),
    terminal,
    begin: (id: string, deadline = NOW + 1000) => functions["LedgerBegin"]?.(ledger, id, BigInt(deadline)) as number,
    answer: (place: number) => functions["LedgerAnswer"]?.(ledger, place, answer),
    find: (id: string) => ledger.entries.items[functions["LedgerFind"]?.(ledger, id) as number],
  };
}

test("what was begun and what came of it is known after a restart", () => {
  const folder = temporaryFolder();
  const before = openLedger(folder);
  before.answer(before.begin("first"));
  before.begin("second");
  before.terminal.crash();
  const after = openLedger(folder);
  expect(after.find("first")).toMatchObject({
    ...{
      isAnswered: true,
      retcode: 10_009,
      order: 71n,
      deal: 72n,
      volume: 0.1,
      price: 1.17324,
      comment: "done indeed",
    },
  });
  expect(after.find("second")).toMatchObject({ isAnswered: false, retcode: 0 });
  expect(after.find("third")).toBeUndefined();
});

test("an answer that was half written leaves the instruction begun", () => {
  const folder = temporaryFolder();
  const before = openLedger(folder);
  before.answer(before.begin("first"));
  before.terminal.crash();
  truncateSync(before.file, statSync(before.file).size - 1);
  expect(openLedger(folder).find("first")).toMatchObject({ isAnswered: false });
});

test("an instruction is kept for a day after its deadline", () => {
  const folder = temporaryFolder();
  const before = openLedger(folder);
  before.begin("old");
  before.terminal.crash();
  const next = openLedger(folder, NOW + 1000 + DAY);
  expect(next.find("old")).toBeDefined();
  next.terminal.crash();
  expect(openLedger(folder, NOW + 1001 + DAY).find("old")).toBeUndefined();
});

test("an instruction that cannot be written is not begun", () => {
  const ledger = openLedger(temporaryFolder());
  ledger.terminal.disk.room = 20;
  expect(ledger.begin("first")).toBe(-1);
  expect(ledger.find("first")).toBeUndefined();
});
