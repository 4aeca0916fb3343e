import { type InstrumentSpecification, weekdays } from "@tradesage/contracts";

/** Whether orders for an instrument are taken at a moment (milliseconds since the epoch), by the broker's clock. */
export function sessionOpen({ sessions, utcOffsetSeconds }: InstrumentSpecification, at: number): boolean {
  if (sessions.length === 0) return true;
  const local = new Date(at + utcOffsetSeconds * 1000);
  const day = weekdays[local.getUTCDay()];
  const time = local.toISOString().slice(11, 16);
  return sessions.some((session) => session.day === day && session.from <= time && time < session.to);
}
