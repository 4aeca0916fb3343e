import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { refuse, type TenantId } from "@tradesage/contracts";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Asked, type Rig, startRig } from "./rig.ts";

const PAGE = 4_000;
/** Some hundred megabytes as CSV, with numbers of many digits: far more than all buffers on the way together. */
const MANY_PAGES = 250;

let rig: Rig;
let tenant: TenantId;
let token: string;
let asked: Asked[];

const tick = (index: number) => ({
  ...{ timeMsc: 1_767_571_200_000 + index, ordinal: 0, bid: 1.1 + index / 1e9, ask: 1.2 + index / 1e9 },
  ...{ last: 0, volume: 0.25, flags: 6, quality: 0 },
});
const pagesOf: Readonly<Record<string, number>> = { LONG: MANY_PAGES, SHORT: 3, BROKEN: 3, NONE: 0 };

beforeAll(async () => {
  rig = await startRig();
  tenant = await rig.tenant();
  token = await rig.token({ tenant });
  asked = await rig.respond(`query.market-data.${tenant}.ticks`, ({ payload: { data } }) => {
    const symbol = String(data["symbol"]);
    const page = Number(data["cursor"] ?? 0);
    const pages = pagesOf[symbol] ?? refuse("INSTRUMENT_NOT_FOUND");
    if (symbol === "BROKEN" && page === 2) refuse("UNAVAILABLE");
    const items = pages === 0 ? [] : Array.from({ length: PAGE }, (_, index) => tick(page * PAGE + index));
    return { position: "1", answer: { items, ...(page + 1 < pages && { next: String(page + 1) }) } };
  });
});
afterAll(() => rig.close());

async function open(symbol: string, accept: string, search = ""): Promise<IncomingMessage> {
  const url = `${rig.url}/v1/instruments/${symbol}/ticks${search}`;
  const request = get(url, { headers: { authorization: `Bearer ${token}`, accept } });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response;
}
async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(response as AsyncIterable<Buffer>));
}

/** Until no page was asked for between two looks; how many were by then. */
async function untilNothingIsAsked(): Promise<number> {
  let before = -1;
  const isStill = () => {
    const still = asked.length === before;
    before = asked.length;
    return still;
  };
  await expect.poll(isStill, { interval: 400 }).toBe(true);
  return before;
}

test("a download as CSV has every row of every page, in order, under one header", async () => {
  const response = await open("SHORT", "text/csv");
  expect(response.headers["content-type"]).toBe("text/csv");
  const lines = (await bytesOf(response)).toString().trimEnd().split("\n");
  expect(lines[0]).toBe("time_msc,ordinal,bid,ask,last,volume,flags,quality");
  expect(lines).toHaveLength(1 + 3 * PAGE);
  expect(lines[2 * PAGE + 1]).toBe(Object.values(tick(2 * PAGE)).join(","));
});

test("a download as Arrow is read by Arrow's own reader, exact to the bit, times as timestamps", async () => {
  const table = tableFromIPC(await bytesOf(await open("SHORT", "application/vnd.apache.arrow.stream")));
  expect(table.numRows).toBe(3 * PAGE);
  expect(table.schema.fields.map(({ name, type }) => `${name} ${String(type)}`)).toEqual([
    ...["timeMsc Timestamp<MILLISECOND>", "ordinal Int32", "bid Float64", "ask Float64", "last Float64"],
    ...["volume Float64", "flags Int32", "quality Int32"],
  ]);
  expect({ ...table.get(2 * PAGE + 7)?.toJSON() }).toEqual(tick(2 * PAGE + 7));
});

test("a download of nothing has a header, or a schema, and no row", async () => {
  expect((await bytesOf(await open("NONE", "text/csv"))).toString()).toMatch(/^time_msc,[a-z,]+\n$/);
  expect(tableFromIPC(await bytesOf(await open("NONE", "application/vnd.apache.arrow.stream"))).numRows).toBe(0);
});

test("pages are asked for only as the client reads: a client that stops holds the whole way up", async () => {
  asked.length = 0;
  const response = await open("LONG", "text/csv");
  await once(response, "readable");
  // What the buffers of the system hold is taken at once; then nothing moves any more.
  const before = await untilNothingIsAsked();
  expect(before).toBeLessThan(MANY_PAGES / 2);
  let newlines = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) for (const byte of chunk) if (byte === 10) newlines++;
  expect(newlines).toBe(1 + MANY_PAGES * PAGE);
  expect(asked).toHaveLength(MANY_PAGES);
});

test("a client that goes away is asked for nothing more", async () => {
  asked.length = 0;
  const response = await open("LONG", "text/csv");
  await once(response, "readable");
  response.destroy();
  const before = await untilNothingIsAsked();
  expect(before).toBeLessThan(MANY_PAGES);
});

test("a download that fails half-way is cut off and cannot pass for whole", async () => {
  await expect(bytesOf(await open("BROKEN", "text/csv"))).rejects.toThrow(/aborted|ECONNRESET/);
});

test.each([
  ["an instrument that does not exist", "NOSUCH", "", "INSTRUMENT_NOT_FOUND"],
  ["a limit, since it has no pages", "SHORT", "?limit=10", "INVALID_INPUT"],
  ["a field that it does not know", "SHORT", "?format=csv", "INVALID_INPUT"],
])("a download refuses %s before it begins", async (_, symbol, search, code) => {
  const response = await open(symbol, "text/csv", search);
  expect(JSON.parse((await bytesOf(response)).toString())).toMatchObject({ code });
});

test("without such an Accept header the answer is a page of JSON, as ever", async () => {
  const response = await open("SHORT", "*/*");
  expect(JSON.parse((await bytesOf(response)).toString())).toMatchObject({ next: "1" });
});

test("an auditor downloads a history as CSV, its fields quoted where they must be, or as JSON a line", async () => {
  const entry = {
    ...{
      position: "10",
      eventId: "1e3ed0a9-1b7a-4c58-9a4e-0f6a3a0f8f55",
      stream: `${tenant}-account-main`,
      revision: "0",
    },
    ...{ type: "AccountOpened", recordedAt: "2026-01-15T10:00:00.000Z", requestedAt: "2026-01-15T10:00:00.000Z" },
    ...{ actor: 'ann "a", b', command: "c", correlation: "r", schema: 1, data: { name: "Main" } },
  };
  await rig.respond(`query.audit.${tenant}.auditEvents`, ({ payload: { data } }) => ({
    position: "10",
    answer: data["cursor"] === undefined ? { items: [entry], next: "10" } : { items: [entry] },
  }));
  const ask = async (accept: string, roles: readonly ("auditor" | "trader")[]) => {
    const authorization = `Bearer ${await rig.token({ tenant, roles: [...roles] })}`;
    return fetch(`${rig.url}/v1/audit/events`, { headers: { authorization, accept } });
  };
  const lines = (await (await ask("text/csv", ["auditor"])).text()).trimEnd().split("\n");
  const line = `10,${entry.eventId},${tenant}-account-main,0,AccountOpened,${entry.recordedAt},${entry.requestedAt},"ann ""a"", b",c,r,,1,"{""name"":""Main""}"`;
  expect(lines).toEqual([
    "position,event_id,stream,revision,type,recorded_at,requested_at,actor,command,correlation,causation,schema,data",
    ...[line, line],
  ]);
  const objects = (await (await ask("application/x-ndjson", ["auditor"])).text()).trimEnd().split("\n");
  expect(objects.map((text) => JSON.parse(text))).toEqual([entry, entry]);
  const arrow = await ask("application/vnd.apache.arrow.stream", ["auditor"]);
  expect(arrow.headers.get("content-type")).toBe("application/json");
  expect(await (await ask("*/*", ["trader"])).json()).toMatchObject({ code: "FORBIDDEN" });
});
