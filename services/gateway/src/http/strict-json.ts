import { type JsonValue, refuse } from "@tradesage/contracts";

const MAX_DEPTH = 16;
/** Strings, or one structural character, or a number: all that is looked at in a text that is known to be JSON. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:]|-?\d[\d.eE+-]*/g;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Parses JSON that means one thing only (I-JSON, RFC 7493): UTF-8, no key twice, no number that a double would change,
 * no text that is not Unicode or that holds a NUL (Postgres keeps none), nested at most 16 deep, and no key that JavaScript treats as its own. Refuses MALFORMED_JSON.
 */
export function parseStrictJson(bytes: Uint8Array): JsonValue {
  const text = decode(bytes);
  const value = parse(text);
  inspect(text);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return refuse("MALFORMED_JSON", "The body is not UTF-8");
  }
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    return refuse("MALFORMED_JSON", error instanceof Error ? error.message : undefined);
  }
}

function inspect(text: string): void {
  /** The keys of each open object; an open array has none. */
  const open: Set<string>[] = [];
  let last = "";
  for (const [token] of text.matchAll(tokens)) {
    if (token === "{" || token === "[") {
      if (open.push(new Set()) > MAX_DEPTH) refuse("MALFORMED_JSON", `The body is nested deeper than ${MAX_DEPTH}`);
    } else if (token === "}" || token === "]") open.pop();
    else if (token === ":") checkKey(JSON.parse(last) as string, open.at(-1));
    else if (token.startsWith('"')) checkText(token);
    else checkNumber(token);
    last = token;
  }
}

function checkKey(key: string, keys: Set<string> | undefined): void {
  if (key === "__proto__") refuse("MALFORMED_JSON", "The key __proto__ is not allowed");
  if (keys?.has(key)) refuse("MALFORMED_JSON", `The key ${JSON.stringify(key)} appears twice`);
  keys?.add(key);
}

/** RFC 7493 §2.1: no lone surrogates. They, and a NUL, can only come in escaped. */
function checkText(token: string): void {
  if (!token.includes("\\u")) return;
  const text = JSON.parse(token) as string;
  if (!text.isWellFormed() || text.includes("\0"))
    refuse("MALFORMED_JSON", "A text holds U+0000, or half of a surrogate pair");
}

/** RFC 7493 §2.2: a number that a double cannot hold must not be sent. */
function checkNumber(text: string): void {
  const value = Number(text);
  const digits = text
    .replace(/[eE].*/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+/, "").length;
  const isExact = Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER && digits <= 17;
  if (!isExact)
    refuse("MALFORMED_JSON", `The number ${text.slice(0, 40)} is too large or too long; send it as a string`);
}
