import type { EventType, JsonObject } from "@tradesage/contracts";

/** For each event name, by schema number: what brings data of that number to the next one. */
export type Upcasters = Readonly<Record<string, Readonly<Record<number, (data: JsonObject) => JsonObject>>>>;

/**
 * The data of a kept event as today's code knows it: upcast, one schema number at a time, from the number it was
 * written with to that of its type.
 * @throws Error for an event of an unknown type, of a newer schema than this code knows, or without its upcaster.
 */
export function upcast(
  types: Readonly<Record<string, EventType>>,
  upcasters: Upcasters,
  event: { readonly type: string; readonly data: JsonObject; readonly schema: number },
): JsonObject {
  const type = Object.hasOwn(types, event.type) ? types[event.type] : undefined;
  if (!type) throw new Error(`the stream holds an event of unknown type ${event.type}`);
  if (event.schema > type.version) {
    throw new Error(`${event.type} has schema ${event.schema}; this process knows it up to ${type.version}`);
  }
  let { data } = event;
  for (let schema = event.schema; schema < type.version; schema++) {
    const step = upcasters[event.type]?.[schema];
    if (!step) throw new Error(`no upcaster brings ${event.type} from schema ${schema} to ${schema + 1}`);
    data = step(data);
  }
  return data;
}
