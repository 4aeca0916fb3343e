import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { inject } from "vitest";
import { nativeFolder } from "../layout.ts";

// The integration specs find the servers as every program does: by the environment. A worker has its own, where there
// are as many (watching, vitest may begin with fewer files than it has workers).
const servers = inject("serverUrls");
Object.assign(process.env, servers[(Number(process.env["VITEST_POOL_ID"]) - 1) % servers.length]);
// And the servers' own tools, such as psql, by the search path.
const tools = ["lib/postgresql/17/bin", "sbin"].map((folder) => join(nativeFolder, folder)).filter(existsSync);
process.env["PATH"] = [...tools, process.env["PATH"]].join(delimiter);
