import {
  readTimeMsc,
  TICK_BYTES,
  type TickBatchView,
  type TickCursor,
  tickFields,
  tickOffset,
} from "@tradesage/contracts";
import type { FeedMeter } from "../meter.ts";
import { createPriceJudge, judgeTime } from "./judge.ts";
import { createRepeats } from "./repeats.ts";
import type { Tail } from "./tail.ts";

/** Takes a feed's batches in as they come: drops the ticks that came before, marks the doubtful ones. */
export interface Intake {
  /**
   * Works in the bytes of the batch, and returns how many ticks remain, at its beginning. `now` is the bridge's clock
   * if the ticks claim to be of now, and NaN if not.
   */
  take(batch: TickBatchView, now: number): number;
}

interface IntakeOptions {
  /** Where the feed stands. */
  readonly tail: Tail | undefined;
  /** Its last tick that is stored, in the stream or behind it. */
  readonly end: TickCursor | undefined;
  /** Whether the terminal goes on with the numbering of the tail. */
  readonly goesOn: boolean;
  readonly meter: Pick<FeedMeter, "repeated" | "doubted">;
}

export function createIntake({ tail, end, goesOn, meter }: IntakeOptions): Intake {
  const repeats = createRepeats(goesOn ? undefined : end);
  const prices = createPriceJudge();
  let before = Number.NaN;

  /** What is stored was judged when it came; here it only says what comes after it. */
  function recall({ data, count, utcOffsetSeconds }: TickBatchView): void {
    for (let index = 0; index < count; index++) {
      const at = tickOffset(index);
      before = readTimeMsc(data, at) - utcOffsetSeconds * 1000;
      judgePrices(data, at);
      if (goesOn) repeats.seen(before, data.getUint16(at + tickFields.ordinal, true));
    }
  }

  const judgePrices = (data: DataView, at: number) =>
    prices.judge(
      data.getFloat64(at + tickFields.bid, true),
      data.getFloat64(at + tickFields.ask, true),
      data.getFloat64(at + tickFields.last, true),
      data.getFloat64(at + tickFields.volume, true),
    );

  if (tail) recall(tail.batch);

  return {
    take({ bytes, data, count, utcOffsetSeconds }, now) {
      let kept = 0;
      // A local, since V8 makes a new number for each that is written into a closure.
      let timeBefore = before;
      for (let index = 0; index < count; index++) {
        const at = tickOffset(index);
        const timeMsc = readTimeMsc(data, at) - utcOffsetSeconds * 1000;
        if (repeats.seen(timeMsc, data.getUint16(at + tickFields.ordinal, true))) continue;
        const quality = judgeTime(timeMsc, timeBefore, now) | judgePrices(data, at);
        if (quality !== 0) meter.doubted(quality);
        data.setUint16(at + tickFields.quality, quality, true);
        if (kept !== index) bytes.copyWithin(tickOffset(kept), at, at + TICK_BYTES);
        timeBefore = timeMsc;
        kept++;
      }
      before = timeBefore;
      meter.repeated(count - kept);
      return kept;
    },
  };
}
