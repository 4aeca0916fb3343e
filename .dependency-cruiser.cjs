// The design's arrows: contracts ◀ infra ◀ services, projections ◀ tools. Run by tools/checks.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

/** The folders of pure domain code: deciders, state, arithmetic. */
const domain = [
  "services/tenants/src/tenant",
  "services/trading/src/account",
  "services/trading/src/calculation",
  "services/trading/src/risk",
  "services/trading/src/instrument",
  "services/trading/src/journal",
];

// A rule about a folder that was renamed would pass for ever.
for (const folder of domain) {
  if (!existsSync(join(__dirname, folder))) throw new Error(`${folder} is not there: name the domain folders anew`);
}

/** What domain code may know besides itself and the contracts: no clock, no randomness, no bus, no database. */
const pure = "^(contracts|infra/decider)/|node_modules/(big\\.js|zod|immutable|@types/big\\.js)/";
const spec = "\\.(spec|test)\\.ts$";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "contracts-import-nothing-of-ours",
      severity: "error",
      from: { path: "^contracts/" },
      to: { path: "^(infra|services|projections|tools)/" },
    },
    {
      name: "infra-knows-only-contracts",
      severity: "error",
      from: { path: "^infra/" },
      to: { path: "^(services|projections|tools)/" },
    },
    {
      name: "services-know-no-other-service",
      severity: "error",
      from: { path: "^services/([^/]+)/" },
      to: { path: "^(services|projections|tools)/", pathNot: "^services/$1/" },
    },
    {
      name: "projections-know-no-service",
      severity: "error",
      from: { path: "^projections/" },
      to: { path: "^(services|tools)/" },
    },
    {
      name: "domain-is-pure",
      severity: "error",
      from: { path: `^(${domain.join("|")})/`, pathNot: spec },
      to: { pathNot: [pure, `^(${domain.join("|")})/`] },
    },
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphan",
      comment: "A module that neither imports nor is imported is dead, unless it is run by itself.",
      severity: "error",
      from: {
        orphan: true,
        pathNot: [spec, "/main\\.ts$", "/fixtures/", "/testing/", "\\.d\\.ts$", "\\.config\\.ts$"],
      },
      to: {},
    },
    { name: "no-spec-in-source", severity: "error", from: { pathNot: spec }, to: { path: spec } },
    { name: "everything-is-found", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "every-package-is-declared",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|\\.stack)/" },
    moduleSystems: ["es6"],
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"] },
  },
};
