import { type ChainRecord, canonicalJson } from "@tradesage/contracts";
import type { KeptEvent } from "@tradesage/event-store";
import { linkOf } from "./chain.ts";
import { ChainedEvent, type ToldEvent } from "./chained-event.ts";
import { BEGIN, BRACE, DATA, METADATA, sumOf } from "./event-text.ts";
import { MARKS, MARKS_LENGTH, marks } from "./lines.ts";
import { canonicalTextOf, olderLinkOf, SHORT_DIGEST } from "./older-forms.ts";

/** A line of a segment, right or not. */
export interface Line {
  readonly told: ToldEvent;
  readonly form: ChainRecord["form"];
  readonly text: Buffer | string;
  /** SHA-256 of the text. */
  readonly sum: string;
  /** Not in the oldest. */
  readonly digest: string | undefined;
  readonly link: string;
}

/** What a line holds, right or not. Throws where it is none of a segment. */
export function parseLine(line: Buffer): Line {
  const { digest, link, ...told } = ChainedEvent.parse(JSON.parse(line.toString()));
  if (hasOwnMarks(line)) {
    const text = textIn(line);
    const own = { told, form: "bytes", text, sum: sumOf(text), digest, link } as const;
    if (isWhole(own)) return own;
  }
  const text = canonicalTextOf(told);
  return { told, form: "canonical", text, sum: sumOf(text), digest, link };
}

/** Whether an event is what its line's digest was made of. */
export const isWhole = ({ sum, digest }: Line): boolean =>
  digest === undefined || sum.slice(0, SHORT_DIGEST) === digest;

/** Whether a line's link was made of a link and its event; older releases made it otherwise. */
export const follows = ({ sum, text, link }: Line, previous: string): boolean =>
  linkOf(previous, sum) === link || olderLinkOf(previous, text) === link;

/** An event that was held against the chain, and its link in it. */
export interface LinkedEvent extends KeptEvent {
  readonly link: string;
}

/** Takes lines one after the other, and gives each one's event where it follows the line before; undefined where not. */
export function createFollower(link: string): (line: Buffer) => LinkedEvent | undefined {
  let head = link;
  return (line) => {
    const digest = sumOf(textIn(line));
    const next = linkOf(head, digest);
    if (line.toString("latin1", line.length - MARKS_LENGTH) === marks(digest, next)) {
      head = next;
      // What is proven to be what was chained needs no other proof of its shape.
      return eventOf(line, head);
    }
    const older = parseLine(line);
    if (!follows(older, head)) return undefined;
    head = older.link;
    return older.form === "bytes" ? eventOf(line, head) : keptOf(older.told, head);
  };
}

/** What a line's marks are of, where it has any. */
const textIn = (line: Buffer): Buffer => Buffer.concat([line.subarray(0, -MARKS_LENGTH), BRACE]);

/** Whether a line's marks may be of its own text: the oldest have those of the canonical one, whichever order they are in. */
const hasOwnMarks = (line: Buffer): boolean =>
  MARKS.test(line.toString("latin1", Math.max(0, line.length - MARKS_LENGTH))) && line.indexOf(BEGIN) === 0;

const [QUOTE, BACKSLASH, OPENING, CLOSING] = [0x22, 0x5c, 0x7b, 0x7d];

/** The event of a line that is proven. */
function eventOf(line: Buffer, link: string): LinkedEvent {
  const at = line.indexOf(`${DATA}{`);
  const dataEnd = endOfObject(line, at + DATA.length);
  const told = JSON.parse(`${line.toString("utf8", 0, at)}}`) as Omit<ToldEvent, "data" | "metadata">;
  const data = line.subarray(at + DATA.length, dataEnd);
  return linked(told, data, line.subarray(dataEnd + METADATA.length, -MARKS_LENGTH), link);
}

const keptOf = (told: ToldEvent, link: string): LinkedEvent =>
  linked(told, Buffer.from(canonicalJson(told.data)), Buffer.from(canonicalJson(told.metadata)), link);

const linked = (
  { id, type, stream, revision, position, at }: Omit<ToldEvent, "data" | "metadata">,
  data: Buffer,
  metadata: Buffer,
  link: string,
): LinkedEvent => ({
  ...{ id, type, stream, revision: BigInt(revision), position: BigInt(position), at: new Date(at) },
  ...{ isJson: true, data, metadata, link },
});

/** Where the JSON object ends that begins there. */
function endOfObject(bytes: Buffer, begin: number): number {
  let depth = 0;
  for (let at = begin; at < bytes.length; at++)
    switch (bytes[at]) {
      case OPENING:
        depth++;
        break;
      case CLOSING:
        if (--depth === 0) return at + 1;
        break;
      case QUOTE:
        while (bytes[++at] !== QUOTE && at < bytes.length) if (bytes[at] === BACKSLASH) at++;
    }
  return bytes.length;
}
