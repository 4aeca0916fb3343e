/** What JSON can carry, as types: everything that crosses a process boundary outside the tick path is one of these. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** JSON with object keys in code-point order, so that equal values have equal text (after RFC 8785, strings and integers only). */
export function canonicalJson(value: JsonValue | undefined): string {
  if (typeof value === "string") return textOf(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  let text = "";
  if (Array.isArray(value)) {
    for (const member of value as readonly JsonValue[]) text += `${text === "" ? "" : ","}${canonicalJson(member)}`;
    return `[${text}]`;
  }
  for (const key of Object.keys(value).sort()) {
    const member = (value as JsonObject)[key];
    if (member !== undefined) text += `${text === "" ? "" : ","}${textOf(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** Every event passes here: what needs no escape, which is nearly all, is not looked at twice. */
const textOf = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/** What JSON writes as it is (RFC 8259, 7): printable ASCII but for the quote and the backslash. */
const PLAIN = /^[ !#-[\]-~]*$/;
