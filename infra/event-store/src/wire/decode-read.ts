import { type Fields, fieldsOf, nextField, numberIn, numberOf, textOf, within } from "../protobuf/read-fields.ts";
import { recordedOf } from "../recorded-of.ts";
import type { Delivery, KeptEvent, RecordedEvent } from "../types.ts";

/** What the answer to a read consists of, as far as it is of use. */
export type ReadMessage<Event = RecordedEvent> = Delivery<Event>;

const noBytes: Buffer = Buffer.alloc(0);
/** EventStoreDB counts time in steps of 100 ns: these digits are less than a millisecond. */
const BELOW_A_MILLISECOND = 4;

/**
 * `ReadResp` of streams.proto, read by hand, for it comes so often; or several, their bytes one after the other, as our
 * server sends them. Throws for bytes that are no message.
 */
export const decodeRead = (bytes: Buffer): readonly ReadMessage[] => decode(bytes, recordedOf);

/** The same, with events whose data and metadata are left as the bytes that they are. */
export const decodeKept = (bytes: Buffer): readonly ReadMessage<KeptEvent>[] => decode(bytes, (event) => event);

function decode<Event>(bytes: Buffer, as: (event: KeptEvent) => Event): readonly ReadMessage<Event>[] {
  const messages: ReadMessage<Event>[] = [];
  const fields = fieldsOf(bytes);
  while (nextField(fields)) {
    if (fields.field === 1) {
      const event = decodeEvent(fields);
      if (event) messages.push({ kind: "event", event: as(event) });
    } else if (fields.field === 3) messages.push({ kind: "checkpoint", position: numberOf(fields, 1) });
    else if (fields.field === 8) messages.push({ kind: "caught-up" });
  }
  return messages;
}

/** `ReadResp.ReadEvent`. Of a link whose event is gone nothing is left. */
function decodeEvent(message: Fields): KeptEvent | undefined {
  const fields = within(message);
  let record: Fields | undefined;
  let position = 0n;
  while (nextField(fields)) {
    if (fields.field === 1) record = within(fields);
    else if (fields.field === 3) position = numberIn(fields);
  }
  return record && decodeRecord(record, position);
}

/** `RecordedEvent`. The position comes beside it where the server is too old to write it into the event. */
function decodeRecord(fields: Fields, besides: bigint): KeptEvent {
  let [id, stream, type] = ["", "", ""];
  let [revision, position] = [0n, besides];
  let at = 0;
  let isJson = false;
  let [data, metadata] = [noBytes, noBytes];
  while (nextField(fields)) {
    switch (fields.field) {
      case 1:
        id = textOf(fields, 2);
        break;
      case 2:
        stream = textOf(fields, 3);
        break;
      case 3:
        revision = numberIn(fields);
        break;
      case 5:
        position = numberIn(fields);
        break;
      case 6: {
        const name = textOf(fields, 1);
        if (name === "type") type = textOf(fields, 2);
        else if (name === "content-type") isJson = textOf(fields, 2) === "application/json";
        else if (name === "created") at = Number(textOf(fields, 2).slice(0, -BELOW_A_MILLISECOND));
        break;
      }
      case 7:
        metadata = fields.bytes.subarray(fields.begin, fields.end);
        break;
      case 8:
        data = fields.bytes.subarray(fields.begin, fields.end);
    }
  }
  return { id, type, stream, revision, position, at: new Date(at), isJson, data, metadata };
}
