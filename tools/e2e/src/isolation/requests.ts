import type { JsonObject, JsonValue } from "@tradesage/contracts";
import { type OperationId, type Route, requestOf, routes } from "@tradesage/contracts/http";
import { PATIENCE_MS } from "@tradesage/until";
import { fields, type Names } from "./canary.ts";

/** What a command changes where its schema leaves that open: it must name one thing at least. */
const changes: Partial<Record<OperationId, readonly string[]>> = {
  modifyOrder: ["volume"],
  amendJournalEntry: ["text"],
  changeInstrument: ["description"],
};

/**
 * The input with which an operation asks for what `names` says: every field that can hold one of them, what the
 * route's example has, and all that it must have. Throws for a field that nobody has told a value of: a new route is covered once `fields` has it.
 */
export function inputFor(operation: OperationId, names: Names): JsonObject {
  const route: Route = routes[operation];
  const example: JsonObject = (route.kind === "command" && route.example) || {};
  const input: Record<string, JsonValue> = {};
  for (const [field, schema] of Object.entries(route.type.schema.shape)) {
    const isNeeded = !schema.safeParse(undefined).success || changes[operation]?.includes(field);
    const value = names[field as keyof Names] ?? example[field] ?? (isNeeded ? fields[field] : undefined);
    if (value !== undefined) input[field] = value;
    else if (isNeeded) throw new Error(`${operation} has a field ${field} that this suite gives no value`);
  }
  return input;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** Asks as any client may, and takes the answer as it came. */
export async function ask(
  url: string,
  token: string,
  operation: OperationId,
  input: JsonObject,
  requestId = "isolation",
): Promise<Answered> {
  const { method } = routes[operation];
  const request = requestOf(routes[operation], input);
  const response = await fetch(new URL(request.url, url), {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "x-request-id": requestId },
    ...(request.body !== undefined && { body: request.body }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return { status: response.status, text: await response.text() };
}

/** Questions first, then commands; those that make something of a name come last, since from then on it is no foreign one. */
export function inOrder(operations: readonly OperationId[]): readonly OperationId[] {
  const rank = (operation: OperationId) => {
    const route: Route = routes[operation];
    if (route.kind === "query") return 0;
    return route.path.includes("{") ? 1 : 2;
  };
  return operations.toSorted((a, b) => rank(a) - rank(b));
}
