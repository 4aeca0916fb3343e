import { z } from "zod";
import { Price } from "../decimals.ts";

/** How a stop follows the market: at this distance behind it, moved whenever that moves it by a step or more. */
export const Trailing = z.strictObject({ distance: Price, step: Price }).meta({ id: "Trailing" });
export type Trailing = z.output<typeof Trailing>;

/** A step that is left out is a tenth of the distance, and no less than a tick. */
export const TrailingRequest = z
  .strictObject({ distance: Price, step: Price.optional() })
  .meta({ id: "TrailingRequest", example: { distance: "0.00200" } });
export type TrailingRequest = z.output<typeof TrailingRequest>;
