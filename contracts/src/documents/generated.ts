import { refusals } from "../refusals.ts";
import { asyncApiDocument } from "./asyncapi.ts";
import { openApiDocument } from "./openapi.ts";

const text = (document: object): string => `${JSON.stringify(document, undefined, 2)}\n`;

const problems = (): string => {
  const rows = Object.entries(refusals).map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`);
  return [
    "# Problems",
    "Every code that the API, the socket and the bus refuse with. Generated from `contracts/src/refusals.ts`.",
    ["| Code | HTTP status | Meaning |", "|---|---|---|", ...rows].join("\n"),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
};

/** The documents that are kept in the repository, by file. */
export const generated = (): ReadonlyMap<URL, string> =>
  new Map([
    [new URL("../../generated/openapi.json", import.meta.url), text(openApiDocument())],
    [new URL("../../../docs/problems.md", import.meta.url), problems()],
    [new URL("../../generated/asyncapi.json", import.meta.url), text(asyncApiDocument())],
  ]);
