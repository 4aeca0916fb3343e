import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { inject } from "vitest";
import { nativeFolder } from "../layout.ts";

// The integration specs find the servers as every program does: by the environment.
Object.assign(process.env, inject("serverUrls"));
// And the servers' own tools, such as psql, by the search path.
const tools = join(nativeFolder, "lib/postgresql/17/bin");
if (existsSync(tools)) process.env["PATH"] = `${tools}${delimiter}${process.env["PATH"]}`;
