import { isIndex } from "../feeds/index-feed.ts";
import { configStream, isCheckpointStream } from "../persistent/settings.ts";

/** Streams that clients may read and the server alone writes: indexes, the whole history, and what groups are kept in. */
export const isServersOwn = (stream: string): boolean =>
  isIndex(stream) || stream === "$all" || stream === configStream || isCheckpointStream(stream);
