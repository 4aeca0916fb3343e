import { readFileSync } from "node:fs";
import asyncApiSchema from "@asyncapi/specs/schemas/3.0.0-without-$id.json" with { type: "json" };
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import type { Route } from "../http/route.ts";
import { routes } from "../http/routes.ts";
import { asyncApiDocument } from "./asyncapi.ts";
import { generated } from "./generated.ts";
import { openApiDocument } from "./openapi.ts";

test.each([...generated()].map(([file, text]) => [file.pathname.split("/").at(-1), file, text] as const))(
  "%s is what the tables say (else: pnpm --filter @tradesage/contracts generate)",
  (_, file, text) => expect(readFileSync(file, "utf8")).toBe(text),
);

describe("the OpenAPI document", () => {
  test("is valid", async () => {
    const validator = new Validator();
    expect(await validator.validate(openApiDocument())).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  test("shows examples that would be taken", () => {
    const ids = {
      ...{ tenantId: "acme", accountId: "main", orderId: "o-1", executionId: "x-1", backupId: "b-1" },
      ...{ symbol: "EURUSD", entryId: "e-1", tradeId: "7" },
    };
    for (const route of Object.values<Route>(routes)) {
      if (route.kind !== "command" || !route.example) continue;
      const named = Object.entries(ids).filter(([name]) => name in route.type.schema.shape);
      route.type.schema.parse({ ...Object.fromEntries(named), ...route.example });
    }
  });

  test("has every operation", () => {
    const document = openApiDocument() as { paths: Record<string, Record<string, { operationId: string }>> };
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(ids.sort()).toEqual(Object.keys(routes).sort());
  });

  test("leaves out of a body what the path says, and does not require what is generated", () => {
    const document = JSON.parse(JSON.stringify(openApiDocument()));
    const { schema } = document.paths["/v1/accounts/{accountId}/orders"].post.requestBody.content["application/json"];
    expect(schema.required).toEqual(["symbol", "side", "volume", "kind"]);
    expect(Object.keys(schema.properties)).not.toContain("accountId");
    expect(Object.keys(schema.properties)).toContain("orderId");
  });
});

test("the AsyncAPI document is valid", () => {
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(asyncApiSchema);
  validate(asyncApiDocument());
  expect(validate.errors).toBeNull();
});

test.each([
  ["openapi", openApiDocument()],
  ["asyncapi", asyncApiDocument()],
] as const)("every reference in the %s document leads somewhere", (_, document) => {
  for (const [, pointer = ""] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target = pointer.split("/").reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
    expect(target, pointer).toBeDefined();
  }
});
