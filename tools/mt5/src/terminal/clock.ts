import { setTimeout as sleep } from "node:timers/promises";

/** The computer's clocks as a terminal sees them; tests may set each. */
export interface TerminalClock {
  /** Milliseconds since 1970 in UTC. */
  now: () => number;
  /** The broker's clock minus UTC. */
  offsetSeconds: number;
  /** By how much the computer has been on for longer than its programs have: what they wait for comes so much earlier. */
  skippedMs: number;
}

export const clockOf = (offsetSeconds: number): TerminalClock => ({ now: Date.now, offsetSeconds, skippedMs: 0 });

const seconds = (milliseconds: number) => BigInt(Math.floor(milliseconds / 1000));

type Parts = Record<"year" | "mon" | "day" | "hour" | "min" | "sec" | "day_of_week" | "day_of_year", number>;

export function clockFunctions(clock: TerminalClock) {
  const uptime = () => performance.now() + clock.skippedMs;
  return {
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
    GetTickCount: () => Math.floor(uptime()) >>> 0,
    GetTickCount64: () => BigInt(Math.floor(uptime())),
    GetMicrosecondCount: () => BigInt(Math.floor(uptime() * 1000)),
    Sleep: (milliseconds: number) => sleep(milliseconds),
  };
}
