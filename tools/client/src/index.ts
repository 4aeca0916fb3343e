export { type Api, type ApiOptions, ApiUnavailable, type CallOptions, createApi, type PagedOperation } from "./http.ts";
