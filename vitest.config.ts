import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./infra/until/src/until.ts";

/** One patience for all specs: each waits for conditions, so that it costs nothing but where one never comes about. */
const patience = {
  testTimeout: 5 * PATIENCE_MS,
  hookTimeout: 5 * PATIENCE_MS,
  expect: { poll: { timeout: PATIENCE_MS } },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{contracts,infra/*,services/*,projections,tools/*}/src/**/*.spec.ts"],
          maxWorkers: 2,
          ...patience,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "integration",
          include: ["{infra,services,tools}/*/test/**/*.test.ts", "projections/test/**/*.test.ts"],
          exclude: ["tools/e2e/**", "**/node_modules/**"],
          globalSetup: ["tools/stack/src/testing/servers.ts"],
          setupFiles: ["tools/stack/src/testing/environment.ts"],
          // Two files at a time, each with servers of its own: much of their time is waiting.
          maxWorkers: 2,
          ...patience,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tools/e2e/test/**/*.test.ts"],
          // Each file starts a stack of its own, and two cores carry one at a time.
          fileParallelism: false,
          ...patience,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
