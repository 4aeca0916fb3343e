import { setTimeout as sleep } from "node:timers/promises";

/** The computer's clock as a terminal sees it; tests may set both. */
export interface TerminalClock {
  /** Milliseconds since 1970 in UTC. */
  now: () => number;
  /** The broker's clock minus UTC. */
  offsetSeconds: number;
}

const seconds = (milliseconds: number) => BigInt(Math.floor(milliseconds / 1000));

type Parts = Record<"year" | "mon" | "day" | "hour" | "min" | "sec" | "day_of_week" | "day_of_year", number>;

export const clockFunctions = (clock: TerminalClock) => ({
  TimeGMT: () => seconds(clock.now()),
  TimeTradeServer: () => seconds(clock.now() + clock.offsetSeconds * 1000),
  TimeToStruct(time: bigint, parts: Parts): boolean {
    const date = new Date(Number(time) * 1000);
    Object.assign(parts, {
      year: date.getUTCFullYear(),
      mon: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      min: date.getUTCMinutes(),
      sec: date.getUTCSeconds(),
      day_of_week: date.getUTCDay(),
      day_of_year: Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / 86_400_000),
    });
    return true;
  },
  StructToTime: ({ year, mon, day, hour, min, sec }: Parts) => seconds(Date.UTC(year, mon - 1, day, hour, min, sec)),
  GetTickCount: () => Math.floor(performance.now()) >>> 0,
  GetTickCount64: () => BigInt(Math.floor(performance.now())),
  GetMicrosecondCount: () => BigInt(Math.floor(performance.now() * 1000)),
  Sleep: (milliseconds: number) => sleep(milliseconds),
});
