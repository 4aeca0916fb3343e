import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { provisioningScript } from "@tradesage/postgres/test-support";
import { nativeProgram } from "@tradesage/stack";

const run = promisify(execFile);

/** Makes a tenant's tables with stock `psql -f`, from a file that is there already; gives the milliseconds that it took. */
export async function createByPsql(database: string, folder: string, tenant: string): Promise<number> {
  const file = join(folder, `${tenant}.sql`);
  await writeFile(file, provisioningScript(tenant, "trading"));
  const started = performance.now();
  const psql = nativeProgram("lib/postgresql/17/bin/psql");
  await run(psql, ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", file, database], {
    env: { PGOPTIONS: "-c client_min_messages=warning" },
  });
  return performance.now() - started;
}
