import type { EventPattern } from "../storage/reader.ts";
import { invalidArgument } from "./failures.ts";

interface Expression {
  getRegex(): string;
  getPrefixList(): string[];
}

/** The filter of a read and of a persistent subscription: two generated classes of one shape. */
export interface FilterMessage {
  getStreamIdentifier(): Expression | undefined;
  getEventType(): Expression | undefined;
}

/** A filter as an expression over the stream's name or the type; undefined for one that filters nothing. */
export function patternOf(filter: FilterMessage): EventPattern | undefined {
  const stream = filter.getStreamIdentifier();
  const expression = stream ?? filter.getEventType();
  if (!expression) return undefined;
  const prefixes = expression.getPrefixList();
  const source = prefixes.length > 0 ? `^(?:${prefixes.map(literally).join("|")})` : expression.getRegex();
  try {
    return { of: stream ? "stream" : "type", pattern: new RegExp(source), prefixes };
  } catch {
    throw invalidArgument(`${source} is not a regular expression.`);
  }
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
