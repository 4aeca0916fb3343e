import { createHash } from "node:crypto";
import { type ChainRecord, canonicalJson, type JsonObject } from "@tradesage/contracts";
import { type KeptEvent, recordedOf } from "@tradesage/event-store";
import { type ToldEvent, toldOf } from "./chained-event.ts";
import { digestOf, sumOf } from "./event-text.ts";

/** Hex digits of 128 bits: what older records, and all lines, tell of a digest. */
export const SHORT_DIGEST = 32;

/** The text of older releases: the members in the order of their names. */
export const canonicalTextOf = (told: ToldEvent): string => canonicalJson(told as unknown as JsonObject);

/** A link as older releases made it: of the link before and of the text itself, the canonical one or that of the bytes. */
export const olderLinkOf = (previous: string, text: Buffer | string): string =>
  createHash("sha256").update(previous).update(text).digest("hex");

/** An event's digest in a form, whole. */
export const digestIn = (form: ChainRecord["form"], event: KeptEvent): string =>
  form === "bytes" ? digestOf(event) : sumOf(textIn(event));

/** An event's digest as a record of a form tells it. */
export const recordedDigestOf = (form: ChainRecord["form"], event: KeptEvent): string =>
  form === "bytes" ? digestOf(event) : digestIn(form, event).slice(0, SHORT_DIGEST);

/** The canonical link of the last of some events that follow a head. */
export const canonicalHeadOf = (head: string, events: readonly KeptEvent[]): string =>
  events.reduce((link, event) => olderLinkOf(link, textIn(event)), head);

const textIn = (event: KeptEvent): string => canonicalTextOf(toldOf(recordedOf(event)));
