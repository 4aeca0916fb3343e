import { hash } from "node:crypto";
import { canonicalJson, type JsonObject } from "@tradesage/contracts";
import type { KeptEvent } from "@tradesage/event-store";
import { digestOfText } from "./chained-event.ts";
import { DATA, LINK_LENGTH, MARKS_LENGTH, METADATA, marks } from "./lines.ts";

/** Writes events as lines, chained to a link: whoever changes, leaves out or adds one changes every link after it. */
export function createLineWriter(link: string) {
  let head = link;

  function write(events: readonly KeptEvent[]): Buffer {
    const parts = events.map(partsOf);
    const most = parts.reduce(
      (sum, { told, data, metadata }) => sum + told.length * 3 + data.length + metadata.length,
      0,
    );
    const out = Buffer.allocUnsafe(most + events.length * BESIDES + LINK_LENGTH);
    let end = 0;
    for (const { told, data, metadata } of parts) {
      const begin = end;
      // The link before stands before the text for as long as the two are hashed.
      let at = begin + out.write(head, begin, "latin1");
      at += out.write(told, at);
      at += data.copy(out, at);
      at += out.write(METADATA, at, "latin1");
      at += metadata.copy(out, at);
      out[at++] = CLOSING;
      const digest = digestOfText(out.subarray(begin + LINK_LENGTH, at));
      head = hash("sha256", out.subarray(begin, at));
      out.copyWithin(begin, begin + LINK_LENGTH, at);
      end = at - LINK_LENGTH - 1;
      end += out.write(marks(digest, head), end, "latin1");
      out[end++] = NEWLINE;
    }
    return out.subarray(0, end);
  }

  return {
    /** The lines of events that follow those before. */
    write,
    /** The link of the last one. */
    head: () => head,
  };
}

const [NEWLINE, OPENING, CLOSING] = [0x0a, 0x7b, 0x7d];
/** What a line has beside what is told, the data and the metadata. */
const BESIDES = METADATA.length + MARKS_LENGTH + 1;

function partsOf(event: KeptEvent) {
  const { position, stream, revision, id, type, at } = event;
  const names = `"stream":${JSON.stringify(stream)},"revision":"${revision}","id":${JSON.stringify(id)},"type":${JSON.stringify(type)}`;
  return {
    told: `{"position":"${position}",${names},"at":"${at.toISOString()}"${DATA}`,
    data: event.isJson ? onOneLine(event.data) : written(event.data),
    metadata: onOneLine(event.metadata),
  };
}

/** Our services write JSON objects on one line; what another program has laid out otherwise is written anew. */
const onOneLine = (json: Buffer): Buffer =>
  json[0] === OPENING && !json.includes(NEWLINE) ? json : written(parsed(json));

const written = (value: unknown): Buffer => Buffer.from(canonicalJson(value as JsonObject));

function parsed(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    return json;
  }
}
