import { parseArgs } from "node:util";
import { startEventStoreServer } from "./start.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "2113" },
    host: { type: "string", default: "127.0.0.1" },
    data: { type: "string" },
    "in-memory": { type: "boolean", default: false },
  },
});

const server = await startEventStoreServer({
  port: Number(values.port),
  host: values.host,
  inMemory: values["in-memory"],
  ...(values.data !== undefined && { dataDir: values.data }),
});
process.stdout.write(`event store ready at ${server.connectionString}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, async () => {
    await server.close();
    process.exit(0);
  });
