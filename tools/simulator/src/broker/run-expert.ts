import { setTimeout as sleep } from "node:timers/promises";
import type { Hello, PositionMode, Report, Snapshot } from "@tradesage/contracts";
import { specificationOf } from "../specifications.ts";
import { holdLink } from "../terminal/link.ts";
import type { Wire } from "../terminal/misbehaviour.ts";
import { createExpert } from "./expert.ts";
import type { Luck } from "./faults.ts";
import type { SimulatedTradeServer } from "./trade-server.ts";

export interface ExpertOptions {
  /** The bridge's: `ws://127.0.0.1:7401/terminal`. */
  readonly url: string;
  /** A terminal key; it says the tenant. */
  readonly key: string;
  readonly server: string;
  readonly login: number;
  readonly mode: PositionMode;
  readonly symbol: string;
  readonly tradeServer: SimulatedTradeServer;
  /** Decides what goes wrong. */
  readonly luck: Luck;
  /** Ends it. */
  readonly signal: AbortSignal;
}

const SNAPSHOT_MS = 1_000;
const PAUSE_MS = 200;
const SUFFIX = ".r";

/**
 * Plays a terminal's expert in front of a simulated trade server, over the bridge's real protocol: carries instructions
 * out, reports, shows snapshots, comes back whenever the link is lost. Where luck has it die, it starts again.
 */
export async function runExpert({ tradeServer, luck, signal, ...options }: ExpertOptions): Promise<void> {
  const { symbol } = options;
  const names = { [symbol]: `${symbol}${SUFFIX}` };
  const expert = createExpert(tradeServer, luck, { now: Date.now, symbols: names });
  const hello = helloOf(options);
  const unstored = new Map<string, Report>();
  let wire: Wire | undefined;
  let before: Report | Snapshot | undefined;

  function tell(message: Report | Snapshot): void {
    wire?.say(message);
    if (luck.befalls("repeat")) for (const again of [message, before]) if (again) wire?.say(again);
    before = message;
  }
  const show = (request?: string) => tell(expert.snapshot(request));
  const passing = setInterval(() => {
    tradeServer.pass();
    show();
  }, SNAPSHOT_MS);
  while (!signal.aborted) {
    await holdLink({
      ...{ url: options.url, key: options.key, hello, signal },
      onWelcome(_, welcomed) {
        wire = welcomed;
        for (const report of unstored.values()) tell(report);
        show();
      },
      onInstruction(instruction) {
        const report = expert.take(instruction);
        if (!report) {
          wire?.cut();
          for (const known of expert.restart()) unstored.set(known.id, known);
          return;
        }
        unstored.set(report.id, report);
        tell(report);
        show();
      },
      onSnapshotRequest: ({ id }) => show(id),
      onReportStored: ({ id }) => void unstored.delete(id),
    });
    wire = undefined;
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
  clearInterval(passing);
}

type ExpertHello = Pick<ExpertOptions, "server" | "login" | "mode" | "symbol">;

function helloOf({ server, login, mode, symbol }: ExpertHello): Hello {
  return {
    ...{ type: "hello", protocol: 1, role: "expert", login, server, marginMode: mode, build: 1 },
    ...{ currency: "USD", utcOffsetSeconds: 0, epoch: "0", replay: false },
    symbols: [{ ...specificationOf(symbol), name: `${symbol}${SUFFIX}` }],
  };
}
