import { hash } from "node:crypto";
import { canonicalJson } from "@tradesage/contracts";
import type { KeptEvent } from "@tradesage/event-store";
import { ChainedEvent, digestOfText, linkOf, type ToldEvent, textOf } from "./chained-event.ts";
import { DATA, LINK_LENGTH, MARKS, MARKS_LENGTH, METADATA } from "./lines.ts";

/** A line of a segment, right or not. */
export interface Line {
  readonly told: ToldEvent;
  /** What was hashed for its marks. */
  readonly text: string;
  /** Not in the oldest. */
  readonly digest: string | undefined;
  readonly link: string;
}

/** What a line holds, right or not. Throws where it is none of a segment. */
export function parseLine(line: string): Line {
  const { digest, link, ...told } = ChainedEvent.parse(JSON.parse(line));
  const own = MARKS.test(line.slice(-MARKS_LENGTH)) ? `${line.slice(0, -MARKS_LENGTH)}}` : "";
  // Older releases hashed the members in the order of their names, in whichever order they wrote them.
  return { told, digest, link, text: digestOfText(own) === digest ? own : textOf(told) };
}

/** An event that was held against the chain, and its link in it. */
export interface LinkedEvent extends KeptEvent {
  readonly link: string;
}

/** Takes lines one after the other, and gives each one's event where it follows the line before; undefined where not. */
export function createFollower(link: string): (line: Buffer) => LinkedEvent | undefined {
  let head = link;
  let hashed = Buffer.allocUnsafe(4096);
  return (line) => {
    const end = line.length - MARKS_LENGTH;
    const [, , marked] = MARKS.exec(line.toString("latin1", Math.max(0, end))) ?? [];
    if (marked !== undefined) {
      if (hashed.length < LINK_LENGTH + line.length) hashed = Buffer.allocUnsafe(2 * (LINK_LENGTH + line.length));
      hashed.write(head, "latin1");
      const closing = LINK_LENGTH + line.copy(hashed, LINK_LENGTH, 0, end);
      hashed[closing] = CLOSING;
      if (hash("sha256", hashed.subarray(0, closing + 1)) === marked) {
        head = marked;
        // What hashes to its link is what was chained: it needs no other proof of its shape.
        return eventOf(line, end, marked);
      }
    }
    const { told, link: own } = parseLine(line.toString());
    if (linkOf(head, told) !== own) return undefined;
    head = own;
    return keptOf(told, own);
  };
}

const [QUOTE, BACKSLASH, OPENING, CLOSING] = [0x22, 0x5c, 0x7b, 0x7d];

/** The event of a line whose marks begin there. */
function eventOf(line: Buffer, end: number, link: string): LinkedEvent {
  const at = line.indexOf(`${DATA}{`);
  const dataEnd = endOfObject(line, at + DATA.length);
  // An older release wrote the members in the order of their names.
  if (line.toString("latin1", dataEnd, dataEnd + METADATA.length) !== METADATA)
    return keptOf(JSON.parse(line.toString()) as ToldEvent, link);
  const told = JSON.parse(`${line.toString("utf8", 0, at)}}`) as Omit<ToldEvent, "data" | "metadata">;
  const data = line.subarray(at + DATA.length, dataEnd);
  return linked(told, data, line.subarray(dataEnd + METADATA.length, end), link);
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
