import { CHAIN_START } from "./chain.ts";
import { type Finding, finding } from "./finding.ts";
import { follows, isWhole, type Line } from "./read-lines.ts";

/**
 * Finds what was changed, left out or added in a backed-up history, by what it says of itself: each event's digest and
 * link, and the revisions of its streams. What was added at its end, or relinked to it, only the history itself shows.
 */
export async function* verifyBackup(lines: AsyncIterable<Line>): AsyncGenerator<Finding> {
  const revisions = new Map<string, bigint>();
  let head = CHAIN_START;
  /** Looked at when the next is there: if that follows the one before, this one was inserted. */
  let held: Line | undefined;
  /** One is missing before here, of a stream that is not known yet: its next revision will tell. */
  let unnamed: Line | undefined;

  function* take(line: Line): Generator<Finding> {
    const { told } = line;
    if (!isWhole(line)) yield finding("backup", "changed", told);
    else if (!follows(line, head)) unnamed ??= line;
    const expected = (revisions.get(told.stream) ?? -1n) + 1n;
    if (BigInt(told.revision) > expected) {
      const { position } = (unnamed ?? line).told;
      yield finding("backup", "missing", { position, stream: told.stream, revision: String(expected) });
      unnamed = undefined;
    }
    revisions.set(told.stream, BigInt(told.revision));
    head = line.link;
  }

  for await (const line of lines) {
    if (held && !follows(line, held.link) && follows(line, head)) yield finding("backup", "inserted", held.told);
    else if (held) yield* take(held);
    held = line;
  }
  if (held) yield* take(held);
  if (unnamed) yield { where: "backup", kind: "missing", position: unnamed.told.position };
}
