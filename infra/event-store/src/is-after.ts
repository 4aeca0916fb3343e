import type { RecordedEvent } from "./types.ts";

/** Whether an event came after a moment: a position in decimal digits, or a time of the event store's clock in ISO 8601. */
export const isAfter = ({ position, at }: Pick<RecordedEvent, "position" | "at">, moment: string): boolean =>
  /^\d+$/.test(moment) ? position > BigInt(moment) : at.getTime() > Date.parse(moment);
