import { type JournalCommand, type JournalEvent, MOST_ENTRIES } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { journal } from "./journal.ts";

const given = specify(journal);
const [accountId, entryId, tradeId] = ["main", "monday", "7"];

const wording = { text: "Bought the retest.", tags: ["breakout"], screenshots: [] };
const write: JournalCommand = { type: "WriteEntry", data: { accountId, entryId, tradeId, ...wording } };
const written: JournalEvent = { type: "EntryWritten", data: { accountId, entryId, tradeId, ...wording } };
const amend: JournalCommand = { type: "AmendEntry", data: { accountId, entryId, text: "Bought too early." } };
const amended: JournalEvent = { type: "EntryAmended", data: { accountId, entryId, text: "Bought too early." } };
const withdraw: JournalCommand = { type: "WithdrawEntry", data: { accountId, entryId } };
const withdrawn: JournalEvent = { type: "EntryWithdrawn", data: { accountId, entryId } };

describe("an entry", () => {
  test("is written once", () => {
    given().when(write).thenEmits(written);
    given(written).when(write).thenRefuses("ENTRY_EXISTS", { entryId });
  });
  test("can be amended as often as its writer wants", () => {
    given(written).when(amend).thenEmits(amended);
    given(written, amended).when(amend).thenEmits(amended);
  });
  test("that was withdrawn stays so: it is neither amended nor written again", () => {
    given(written, amended).when(withdraw).thenEmits(withdrawn);
    given(written, withdrawn).when(amend).thenRefuses("ENTRY_WITHDRAWN", { entryId });
    given(written, withdrawn).when(withdraw).thenRefuses("ENTRY_WITHDRAWN");
    given(written, withdrawn).when(write).thenRefuses("ENTRY_EXISTS");
  });
  test("is not written into a journal that has had as many as it may, but there it can be amended", () => {
    const many = Array.from({ length: MOST_ENTRIES - 1 }, (_, number): JournalEvent => {
      return { ...written, data: { ...written.data, entryId: `e${number}` } } as JournalEvent;
    });
    const oneMore = { ...write, data: { ...write.data, entryId: "one-more" } } as JournalCommand;
    given(...many)
      .when(write)
      .thenEmits(written);
    given(...many, written, withdrawn)
      .when(oneMore)
      .thenRefuses("JOURNAL_FULL", { most: MOST_ENTRIES });
    given(...many, written)
      .when(amend)
      .thenEmits(amended);
  });
  test("that was never written is neither amended nor withdrawn", () => {
    given().when(amend).thenRefuses("ENTRY_NOT_FOUND", { entryId });
    given().when(withdraw).thenRefuses("ENTRY_NOT_FOUND");
  });
});

const tag = (...tags: string[]): JournalCommand => ({ type: "TagTrade", data: { accountId, tradeId, tags } });
const untag = (...tags: string[]): JournalCommand => ({ type: "UntagTrade", data: { accountId, tradeId, tags } });
const tagged = (added: string[], tags = added): JournalEvent => ({
  type: "TradeTagged",
  data: { accountId, tradeId, added, tags },
});
const untagged = (removed: string[], tags: string[]): JournalEvent => ({
  type: "TradeUntagged",
  data: { accountId, tradeId, removed, tags },
});

describe("a trade's tags", () => {
  test("are added to those that it has", () => {
    given()
      .when(tag("breakout", "early"))
      .thenEmits(tagged(["breakout", "early"]));
    given(tagged(["breakout"]))
      .when(tag("early", "breakout"))
      .thenEmits(tagged(["early"], ["breakout", "early"]));
  });
  test("that it has, or has not, already are no change", () => {
    given(tagged(["breakout"]))
      .when(tag("breakout"))
      .thenEmits();
    given(tagged(["breakout"]))
      .when(untag("early"))
      .thenEmits();
    given().when(untag("early")).thenEmits();
  });
  test("are taken off one by one, and can come back", () => {
    const both = tagged(["breakout", "early"]);
    given(both)
      .when(untag("breakout", "late"))
      .thenEmits(untagged(["breakout"], ["early"]));
    given(both, untagged(["breakout"], ["early"]))
      .when(tag("breakout"))
      .thenEmits(tagged(["breakout"], ["early", "breakout"]));
  });
  test("are at most twenty, and its own", () => {
    const twenty = Array.from({ length: 20 }, (_, number) => `tag-${number}`);
    const other = { accountId, tradeId: "8", added: ["early"], tags: ["early"] };
    given(tagged(twenty)).when(tag("one-more")).thenRefuses("TOO_MANY_TAGS", { tags: 21, most: 20 });
    given({ type: "TradeTagged", data: other })
      .when(tag(...twenty))
      .thenEmits(tagged(twenty));
  });
});
