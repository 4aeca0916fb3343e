import { SHORT_DIGEST } from "./older-forms.ts";

/** A line of a segment is an event's text, and its marks before the last brace: the first 128 bits of its digest, and its link. */
export const marks = (digest: string, link: string): string =>
  `,"digest":"${digest.slice(0, SHORT_DIGEST)}","link":"${link}"}`;
export const MARKS_LENGTH = marks("0".repeat(SHORT_DIGEST), "0".repeat(64)).length;
/** What a line says beside the text; nothing else may stand there, for it would not be proven. */
export const MARKS = /^,"digest":"[0-9a-f]{32}","link":"[0-9a-f]{64}"\}$/;
