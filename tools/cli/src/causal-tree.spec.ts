import type { AuditEntry } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { causalTree, drawTree } from "./causal-tree.ts";

const entry = (eventId: string, command: string, actor: string, causation?: string): AuditEntry => ({
  eventId,
  command,
  actor,
  ...(causation !== undefined && { causation }),
  position: `10${eventId}`,
  stream: "acme-account-main",
  revision: eventId,
  type: `Event${eventId}`,
  recordedAt: "2026-01-15T10:00:00.100Z",
  requestedAt: "2026-01-15T10:00:00.000Z",
  correlation: "request-1",
  schema: 1,
  data: {},
});

const placed = [entry("1", "place", "ann"), entry("2", "place", "ann")];
const filled = [entry("3", "fill", "service:paper-venue", "1"), entry("4", "fill", "service:paper-venue", "1")];
const closed = entry("5", "close", "service:protection", "4");

test("a command stands under the event that led to it, and its own events under it", () => {
  const text = drawTree(causalTree([...placed, ...filled, closed]));
  expect(text.split("\n")).toEqual([
    "2026-01-15T10:00:00.000Z ann, command place",
    "  Event1 in acme-account-main #1 at 101",
    "    2026-01-15T10:00:00.000Z service:paper-venue, command fill",
    "      Event3 in acme-account-main #3 at 103",
    "      Event4 in acme-account-main #4 at 104",
    "        2026-01-15T10:00:00.000Z service:protection, command close",
    "          Event5 in acme-account-main #5 at 105",
    "  Event2 in acme-account-main #2 at 102",
  ]);
});

test("a command whose cause is not there stands at the top", () => {
  const roots = causalTree([...filled, closed]);
  expect(roots.map(({ command }) => command)).toEqual(["fill"]);
  expect(roots[0]?.led.map(({ command }) => command)).toEqual(["close"]);
});
