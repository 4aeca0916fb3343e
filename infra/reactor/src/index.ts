export { type Following, followRequests, type ReactorOptions } from "./follow-requests.ts";
