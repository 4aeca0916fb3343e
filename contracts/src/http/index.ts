export { type DownloadFormat, downloadFormatOf, downloadTypes } from "./downloads.ts";
export { AFTER_PARAMETER, headers } from "./headers.ts";
export { PROBLEM_MEDIA_TYPE, Problem, problemOf, refusedOf } from "./problem.ts";
export { afterOf, dataOf, fillPath, type RequestParts, requestOf } from "./request.ts";
export { type CommandRoute, pathFields, type QueryRoute, type Route } from "./route.ts";
export { type AnswerOf, commonRefusals, type InputOf, type OperationId, type Routes, routes } from "./routes.ts";
