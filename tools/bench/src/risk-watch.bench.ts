import { setImmediate as turn } from "node:timers/promises";
import { parseArgs } from "node:util";
import { machine, rate, reportTable } from "./report.ts";
import { watchAccounts } from "./risk-watch/watched-accounts.ts";

const help = `The watcher of loss rules and margin levels: ticks of one instrument that all accounts hold, and how often one is looked at.

  --accounts N   that are watched, every second one hedging (1000)
  --ticks N      a random walk (200000)
`;

/** Watching nobody is the limit. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      accounts: { type: "string", default: "1000" },
      ticks: { type: "string", default: "200000" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const [accounts, ticks] = [Number(values.accounts), Number(values.ticks)];
  const rows: string[][] = [];
  for (const count of [0, accounts]) {
    const watched = await watchAccounts(count);
    const [processor, begun] = [process.cpuUsage(), performance.now()];
    for (let tick = 0; tick < ticks; tick++) {
      watched.tick(tick);
      if (tick % 500 === 499) await turn();
    }
    const seconds = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(processor);
    const perTick = ((user + system) / ticks).toFixed(2);
    rows.push([`${rate(count)} accounts`, rate(ticks / seconds), `${perTick} µs`, rate(watched.looks())]);
    watched.close();
  }
  process.stdout.write(`${reportTable(["watching", "ticks/s", "CPU a tick", "looks"], rows)}\n${machine()}\n`);
}
