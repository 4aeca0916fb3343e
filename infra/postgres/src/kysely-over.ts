import {
  type DatabaseConnection,
  DefaultQueryExecutor,
  DummyDriver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SingleConnectionProvider,
  Transaction,
} from "kysely";
import type { PoolClient } from "pg";

const dialect = {
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db: ConstructorParameters<typeof PostgresIntrospector>[0]) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};
const driver = dialect.createDriver();
const adapter = dialect.createAdapter();
const compiler = dialect.createQueryCompiler();

/**
 * Kysely over a connection whose transaction has begun already. As a `Transaction` it refuses to begin another, whose
 * end would also end the role that it works under.
 */
export function kyselyOver<Tables>(client: PoolClient): Transaction<Tables> {
  const provider = new SingleConnectionProvider(connectionOver(client));
  const executor = new DefaultQueryExecutor(compiler, adapter, provider, []);
  return new Transaction<Tables>({ config: { dialect }, dialect, driver, executor });
}

const connectionOver = (client: PoolClient): DatabaseConnection => ({
  async executeQuery({ sql, parameters }) {
    // No name is given, so nothing stays prepared on a connection that may be another's next.
    const { rows, rowCount } = await client.query(sql, [...parameters]);
    return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
  },
  // biome-ignore lint/correctness/useYield: rows are read in batches; nothing here streams
  async *streamQuery() {
    throw new Error("streaming is not supported");
  },
});
