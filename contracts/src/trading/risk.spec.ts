import assert from "node:assert/strict";
import { test } from "vitest";
import { upcast } from "../upcast.ts";
import { riskEvents } from "./risk.ts";

test("rules that were set when there were limits only are rules still", () => {
  const data = { accountId: "main", version: 1, rules: { name: "house", limits: { openOrders: 3 } } };
  const today = upcast(riskEvents, { type: "RiskRulesSet", data, schema: 1 });
  assert.deepEqual(today, { ...data, rules: { ...data.rules, losses: [], margin: {} } });
  assert.deepEqual(riskEvents.RiskRulesSet.schema.parse(today), today);
});
