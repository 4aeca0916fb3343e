import { pino } from "pino";
import { beforeEach, expect, test } from "vitest";
import { createSchedule, delayMs, type ScheduleOptions } from "./schedule.ts";

const { signal } = new AbortController();
let asked: string[];
beforeEach(() => {
  asked = [];
});

/** Tenants that were always there, each done when it is asked for; every night at half past two. */
const schedule = (other: Partial<ScheduleOptions> = {}) => {
  const look = createSchedule({
    ...{ expression: "30 2 * * *", spreadSeconds: 0, logger: pino({ level: "silent" }) },
    tenants: async () => ["acme", "globex"],
    since: async () => new Date(0),
    ask: async (tenant, time) => {
      asked.push(`${tenant} ${time.toISOString().slice(0, 16)}`);
      return true;
    },
    ...other,
  });
  return (now: string) => look(new Date(now), signal);
};

test("every tenant has its turn once at each time", async () => {
  const look = schedule();
  for (const now of ["2026-01-15T02:30:05Z", "2026-01-15T02:30:20Z", "2026-01-16T02:31:00Z"]) await look(now);
  expect(asked).toEqual([
    ...["acme 2026-01-15T02:30", "globex 2026-01-15T02:30"],
    ...["acme 2026-01-16T02:30", "globex 2026-01-16T02:30"],
  ]);
});

test("a look a moment before the time, or a clock that is set back, makes no second turn of one", async () => {
  const look = schedule();
  for (const now of ["02:29:59.999Z", "02:30:00.000Z", "02:29:59.999Z", "02:30:15.000Z"])
    await look(`2026-01-15T${now}`);
  expect(asked.filter((turn) => turn.endsWith("15T02:30"))).toEqual([
    "acme 2026-01-15T02:30",
    "globex 2026-01-15T02:30",
  ]);
});

test("tenants have their turns one after the other, each at its own time of the night", async () => {
  const delays = ["acme", "globex", "initech", "umbrella"].map((tenant) => delayMs(tenant, 3600));
  expect(new Set(delays).size).toBe(4);
  for (const delay of delays) expect(delay).toBeLessThan(3_600_000);
  const look = schedule({ spreadSeconds: 3600 });
  const at = (delay: number) => new Date(Date.UTC(2026, 0, 15, 2, 30) + delay).toISOString();
  const [acme = 0, globex = 0] = delays;
  await look(at(Math.min(acme, globex) + 1000));
  expect(asked.filter((turn) => turn.endsWith("15T02:30"))).toHaveLength(1);
  await look(at(Math.max(acme, globex) + 1000));
  expect(asked.filter((turn) => turn.endsWith("15T02:30"))).toHaveLength(2);
});

test("a time that was missed is made up, but not half a day later", async () => {
  await schedule()("2026-01-15T14:00:00Z");
  expect(asked).toHaveLength(2);
  await schedule()("2026-01-15T15:00:00Z");
  expect(asked).toHaveLength(2);
});

test("no time before a tenant was there is made up for it", async () => {
  const since = async (tenant: string) => new Date(tenant === "globex" ? "2026-01-15T08:00:00Z" : 0);
  const look = schedule({ since });
  await look("2026-01-15T09:00:00Z");
  expect(asked).toEqual(["acme 2026-01-15T02:30"]);
  await look("2026-01-16T02:31:00Z");
  expect(asked).toContain("globex 2026-01-16T02:30");
});

test("what is not done yet is asked for again, until it is", async () => {
  let tries = 0;
  const look = schedule({ tenants: async () => ["acme"], ask: async () => ++tries === 3 });
  for (let second = 10; second < 60; second += 10) await look(`2026-01-15T02:30:${second}Z`);
  expect(tries).toBe(3);
});

test("a tenant that fails holds up no other, and is asked for again", async () => {
  let failures = 0;
  const ask: ScheduleOptions["ask"] = async (tenant) => {
    if (tenant === "acme" && ++failures === 1) throw new Error("the event store is away");
    asked.push(tenant);
    return true;
  };
  const look = schedule({ ask });
  await look("2026-01-15T02:30:05Z");
  expect(asked).toEqual(["globex"]);
  await look("2026-01-15T02:30:20Z");
  expect(asked).toEqual(["globex", "acme"]);
});
