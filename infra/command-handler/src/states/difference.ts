import { type Change, canonicalJson, type JsonObject, type JsonValue } from "@tradesage/contracts";

/** What must be changed to make one value of another. Elements of lists are compared as they are, whatever their place. */
export function difference(before: JsonValue | undefined, after: JsonValue | undefined, path: string): Change[] {
  if (Array.isArray(before) && Array.isArray(after)) return elementwise(before, after, path);
  if (isObject(before) && isObject(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
      difference(before[name], after[name], `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`),
    );
  if (before === after || canonicalJson(before) === canonicalJson(after)) return [];
  return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

function elementwise(before: readonly JsonValue[], after: readonly JsonValue[], path: string): Change[] {
  const there = new Set(before.map(canonicalJson));
  const here = new Set(after.map(canonicalJson));
  return [
    ...before.filter((element) => !here.has(canonicalJson(element))).map((element) => ({ path, before: element })),
    ...after.filter((element) => !there.has(canonicalJson(element))).map((element) => ({ path, after: element })),
  ];
}

/** The part that a JSON pointer names (RFC 6901 §4); undefined where there is none. */
export function partOf(value: JsonValue | undefined, pointer: string): JsonValue | undefined {
  let part = value;
  for (const token of pointer.split("/").slice(1)) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    const members: JsonObject = part !== null && typeof part === "object" ? (part as JsonObject) : {};
    part = Object.hasOwn(members, name) ? members[name] : undefined;
  }
  return part;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
