import { asyncApiDocument } from "./asyncapi.ts";
import { openApiDocument } from "./openapi.ts";

const text = (document: object): string => `${JSON.stringify(document, undefined, 2)}\n`;

/** The documents that are kept in the repository, by file. */
export const generated = (): ReadonlyMap<URL, string> =>
  new Map([
    [new URL("../../generated/openapi.json", import.meta.url), text(openApiDocument())],
    [new URL("../../generated/asyncapi.json", import.meta.url), text(asyncApiDocument())],
  ]);
