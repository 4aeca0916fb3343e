import { canonicalJson } from "@tradesage/contracts";
import type { KeptEvent } from "@tradesage/event-store";

/** Whether two are the same event at the same place, in whichever order the members of its data stand. */
export const isSameEvent = (one: KeptEvent, other: KeptEvent | undefined): boolean =>
  other !== undefined &&
  one.position === other.position &&
  one.revision === other.revision &&
  one.stream === other.stream &&
  one.id === other.id &&
  one.type === other.type &&
  one.at.getTime() === other.at.getTime() &&
  isSameJson(one.data, other.data) &&
  isSameJson(one.metadata, other.metadata);

/** Lines of older releases have their members in the order of their names. */
const isSameJson = (one: Buffer, other: Buffer): boolean => one.equals(other) || canonical(one) === canonical(other);

const canonical = (json: Buffer): string => canonicalJson(JSON.parse(json.toString()));
