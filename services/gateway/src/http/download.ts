import type { JsonObject, QueryReply } from "@tradesage/contracts";
import { type DownloadFormat, downloadTypes, type QueryRoute } from "@tradesage/contracts/http";
import { z } from "zod";
import type { Column, Row } from "./download-writer.ts";
import type { Reply } from "./exchange.ts";
import { guarded } from "./replies.ts";
import { arrowWriter } from "./write-arrow.ts";
import { csvWriter } from "./write-csv.ts";
import { ndjsonWriter } from "./write-ndjson.ts";

interface Page {
  readonly items: readonly Row[];
  readonly next?: string;
}

/** What fits into a message of the bus. */
const ROWS_IN_A_PAGE = 4_000;
const writers = { csv: csvWriter, arrow: arrowWriter, ndjson: ndjsonWriter } as const;

/**
 * All pages of a query as one stream. The first is asked for before anything is answered, so that a refusal is a
 * refusal; each further one when the client has taken the one before.
 */
export async function download(
  route: QueryRoute,
  format: DownloadFormat,
  data: JsonObject,
  ask: (data: JsonObject) => Promise<QueryReply>,
): Promise<Reply> {
  const writer = writers[format](columnsOf(route));
  const pageAt = async (cursor: string | undefined) => {
    const { answer } = await ask({ ...data, limit: ROWS_IN_A_PAGE, ...(cursor !== undefined && { cursor }) });
    return answer as unknown as Page;
  };
  const first = await pageAt(data["cursor"] as string | undefined);

  async function* pieces() {
    if (writer.head.length > 0) yield writer.head;
    for (let page = first; ; page = await pageAt(page.next)) {
      if (page.items.length > 0) yield writer.page(page.items);
      if (page.next === undefined) break;
    }
    if (writer.tail.length > 0) yield writer.tail;
  }
  return { status: 200, headers: { "content-type": downloadTypes[format], ...guarded }, body: pieces() };
}

type Paged = z.ZodObject<{ items: z.ZodArray<z.ZodObject> }>;

function columnsOf({ type: { answer } }: QueryRoute): Column[] {
  const { items } = (answer as unknown as Paged).shape;
  return Object.entries<z.ZodType>(items.element.shape).map(([name, field]) => ({
    name,
    type: name === "timeMsc" ? "time" : typeOf(field),
  }));
}

function typeOf(field: z.ZodType): Column["type"] {
  if (field instanceof z.ZodOptional) return typeOf(field.unwrap() as z.ZodType);
  if (field instanceof z.ZodCustom) return "object";
  if (field instanceof z.ZodString || field instanceof z.ZodStringFormat) return "text";
  return field instanceof z.ZodNumberFormat ? "integer" : "number";
}
