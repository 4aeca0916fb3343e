export { type FollowOptions, follow } from "./follow.ts";
export {
  type Api,
  type ApiOptions,
  ApiUnavailable,
  type CallOptions,
  createApi,
  type DownloadOperation,
  type PagedOperation,
} from "./http.ts";
export {
  connectLive,
  type Live,
  type LiveListener,
  type LiveOptions,
  type LiveState,
  type Update,
  type Wanted,
} from "./live.ts";
export { issueTerminalKey } from "./terminal-key.ts";
