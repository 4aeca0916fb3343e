export { type Api, type ApiOptions, ApiUnavailable, type CallOptions, createApi, type PagedOperation } from "./http.ts";
export { type FollowOptions, follow, type Update } from "./stream.ts";
