import { z } from "zod";

/** What is kept for a time of its own: ticks, bars of each length, and what accounts were worth. */
export const RetentionKind = z
  .enum(["ticks", "bars_1s", "bars_1m", "bars_5m", "bars_15m", "bars_1h", "bars_4h", "bars_1d", "equity_curve"])
  .meta({ id: "RetentionKind" });
export type RetentionKind = z.output<typeof RetentionKind>;

/** Days after which it goes; null keeps it for ever. */
export const RetentionDays = z.int().min(1).max(36_500).nullable();

export const RetentionView = z
  .object({
    items: z.array(
      z.object({
        kind: RetentionKind,
        days: RetentionDays,
        /** Everything before it is gone: milliseconds since the epoch, UTC; null where nothing was dropped yet. */
        droppedBeforeMsc: z.int().nullable(),
      }),
    ),
    /** Whether old ticks and bars are compressed: TimescaleDB's Apache edition cannot. */
    compression: z.enum(["available", "not available"]),
  })
  .meta({ id: "Retention" });
export type RetentionView = z.output<typeof RetentionView>;
