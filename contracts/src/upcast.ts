import type { JsonObject } from "./json.ts";
import type { EventType } from "./messages.ts";

/**
 * The data of a kept event as today's code knows it: brought, one schema number at a time, from the number it was
 * written with to that of its type.
 * @throws Error for an event of an unknown type, of a newer schema than this code knows, or that nothing brings forward.
 */
export function upcast(
  types: Readonly<Record<string, EventType>>,
  event: { readonly type: string; readonly data: JsonObject; readonly schema: number },
): JsonObject {
  const type = Object.hasOwn(types, event.type) ? types[event.type] : undefined;
  if (!type) throw new Error(`the stream holds an event of unknown type ${event.type}`);
  if (event.schema > type.version) {
    throw new Error(`${event.type} has schema ${event.schema}; this process knows it up to ${type.version}`);
  }
  let { data } = event;
  for (let schema = event.schema; schema < type.version; schema++) {
    const step = type.earlier[schema];
    if (!step) throw new Error(`nothing brings ${event.type} from schema ${schema} to ${schema + 1}`);
    data = step(data);
  }
  return data;
}
