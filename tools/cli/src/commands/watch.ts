import { follow, type Update } from "@tradesage/client";
import { InstrumentSymbol } from "@tradesage/contracts";
import type { Command } from "commander";
import { findInstallation, tokenFor } from "../installation.ts";
import { writeOut } from "../output.ts";

type Channel = "quotes" | "orders" | "positions" | "account";
const channels: readonly Channel[] = ["quotes", "orders", "positions", "account"];

interface WatchOptions {
  tenant: string;
  symbol?: string[];
  account?: string;
  after?: string;
  json?: boolean;
}

export function watchCommand(program: Command): void {
  program
    .command("watch")
    .description("follow quotes, orders, positions and accounts live, until Ctrl-C; of one account, what it is worth")
    .requiredOption("--tenant <id>", "whose")
    .option("--symbol <symbol...>", "only quotes of these instruments")
    .option("--account <id>", "only orders and positions of this account")
    .option("--after <position>", "begin behind this position of the history instead of now")
    .option("--json", "print one JSON document a line")
    .action(async (options: WatchOptions) => {
      const installation = findInstallation();
      const stopped = new AbortController();
      process.once("SIGINT", () => stopped.abort());
      const updates = follow({
        url: installation.url,
        token: await tokenFor(installation, options.tenant, "viewer"),
        signal: stopped.signal,
        subscriptions: [...channels.map((channel) => subscription(channel, options)), ...stateOf(options)],
        onConnection: (state, reason) => {
          if (!stopped.signal.aborted)
            process.stderr.write(state === "open" ? "connected\n" : `connection lost (${reason}); trying again\n`);
        },
      });
      for await (const update of updates) await writeOut(options.json ? `${JSON.stringify(update)}\n` : lineOf(update));
    });
}

function subscription(channel: Channel, { symbol, account, after }: WatchOptions) {
  if (channel === "quotes") {
    const symbols = symbol?.map((name) => InstrumentSymbol.parse(name));
    return { channel, ...(symbols !== undefined && { symbols }) };
  }
  return {
    channel,
    ...(account !== undefined && { accountId: account }),
    ...(after !== undefined && { after }),
  };
}

const stateOf = ({ account }: WatchOptions) =>
  account === undefined ? [] : [{ channel: "state" as const, accountId: account }];

function lineOf(update: Update): string {
  switch (update.type) {
    case "quote":
      return `${clock(update.timeMsc)}  ${update.symbol.padEnd(10)} ${update.bid}  ${update.ask}\n`;
    case "event":
      return `${update.at.slice(11, 23)}  ${update.event.padEnd(18)} ${Object.entries(update.data)
        .map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`)
        .join(" ")}\n`;
    case "state": {
      const { at, accountId, equity = "unknown", freeMargin = "unknown", marginLevel, valuation } = update;
      const level = marginLevel === undefined ? "" : ` (${marginLevel} %)`;
      return `${at.slice(11, 23)}  ${accountId.padEnd(10)} equity ${equity}  free ${freeMargin}${level}  ${valuation}\n`;
    }
    case "resync":
      return `the history does not hold that position: following from ${update.position}\n`;
    case "bar":
    case "snapshot":
    case "subscribed":
      return "";
  }
}

const clock = (timeMsc: number) => new Date(timeMsc).toISOString().slice(11, 23);
