import { CHAIN_START, type ChainedEvent, digestOf, linkOf } from "./chained-event.ts";
import { type Finding, finding } from "./finding.ts";

/**
 * Finds what was changed, left out or added in a backed-up history, by what it says of itself: each event's digest and
 * link, and the revisions of its streams. What was added at its end, or relinked to it, only the history itself shows.
 */
export async function* verifyBackup(lines: AsyncIterable<ChainedEvent>): AsyncGenerator<Finding> {
  const revisions = new Map<string, bigint>();
  let head = CHAIN_START;
  /** Looked at when the next is there: if that follows the one before, this one was inserted. */
  let held: ChainedEvent | undefined;
  /** One is missing before here, of a stream that is not known yet: its next revision will tell. */
  let unnamed: ChainedEvent | undefined;

  function* take(line: ChainedEvent): Generator<Finding> {
    const { digest, link, ...told } = line;
    if (digest !== undefined && digestOf(told) !== digest) yield finding("backup", "changed", line);
    else if (linkOf(head, told) !== link) unnamed ??= line;
    const expected = (revisions.get(line.stream) ?? -1n) + 1n;
    if (BigInt(line.revision) > expected) {
      const { position } = unnamed ?? line;
      yield finding("backup", "missing", { position, stream: line.stream, revision: String(expected) });
      unnamed = undefined;
    }
    revisions.set(line.stream, BigInt(line.revision));
    head = link;
  }

  for await (const line of lines) {
    const { digest: _, link, ...told } = line;
    if (held && linkOf(held.link, told) !== link && linkOf(head, told) === link)
      yield finding("backup", "inserted", held);
    else if (held) yield* take(held);
    held = line;
  }
  if (held) yield* take(held);
  if (unnamed) yield { where: "backup", kind: "missing", position: unnamed.position };
}
