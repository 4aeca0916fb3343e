import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{contracts,infra/*,services/*,projections,tools/*}/src/**/*.spec.ts"],
          maxWorkers: 2,
          testTimeout: 20_000,
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
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tools/e2e/test/**/*.test.ts"],
          // Each file starts a stack of its own, and two cores carry one at a time.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
