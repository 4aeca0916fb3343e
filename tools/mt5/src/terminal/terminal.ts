import { type LoadedProgram, load } from "../language/runtime.ts";
import type { Translation } from "../language/translate.ts";
import { arrayFunctions } from "./arrays.ts";
import { clockFunctions, clockOf, type TerminalClock } from "./clock.ts";
import { cryptFunctions } from "./crypt.ts";
import { createFiles } from "./files.ts";
import { type Market, marketFunctions } from "./market.ts";
import { createSockets } from "./sockets.ts";
import { textFunctions } from "./text.ts";
import { createTradeServer } from "./trade-server.ts";
import { tradingFunctions } from "./trading.ts";

export interface TerminalOptions {
  /** Stands for MQL5\Files. */
  readonly folder: string;
  readonly market: Market;
  readonly clock?: TerminalClock;
  /** A certificate to believe in. */
  readonly trust?: string;
}

/** Functions of MQL5 that wait, and so are asynchronous here. */
export const waitingFunctions: ReadonlySet<string> = new Set(["Sleep", "SocketConnect", "SocketTlsHandshake"]);

/** Stands in for a MetaTrader terminal: what MQL5's functions do, on real sockets and files, with an invented market. */
export function createTerminal({ folder, market, clock = clockOf(0), trust }: TerminalOptions) {
  const files = createFiles(folder);
  const sockets = createSockets(trust === undefined ? {} : { trust });
  const server = createTradeServer(market, () => clock.now() + clock.offsetSeconds * 1000);
  const journal: string[] = [];
  let isStopped = false;

  const functions = (translation: Translation) => ({
    ...{ ...textFunctions, ...arrayFunctions, ...cryptFunctions, ...clockFunctions(clock) },
    ...{ ...files.functions, ...sockets.functions, ...marketFunctions(market, translation.enumValue) },
    ...tradingFunctions(server, translation.enumValue),
    EventSetMillisecondTimer: () => true,
    EventKillTimer: () => undefined,
    MathRound: Math.round,
    MathMin: Math.min,
    MathAbs: Math.abs,
    MathRand: () => Math.floor(Math.random() * 32768),
    MathSrand: () => undefined,
    IsStopped: () => isStopped,
    GetLastError: () => 0,
    ResetLastError: () => undefined,
    Print: (...parts: unknown[]) => void journal.push(parts.map(String).join("")),
  });

  return {
    journal,
    clock,
    server,
    disk: files.disk,
    network: sockets.network,
    cut: sockets.cut,
    /** Loads a program; its inputs may be given other values than their defaults. */
    load: (translation: Translation, inputs: Readonly<Record<string, unknown>> = {}): LoadedProgram =>
      load(translation.code, {
        functions: functions(translation),
        input: (name, value) => inputs[name] ?? value,
      }),
    isStopped: () => isStopped,
    /** Tells programs to end, as the terminal does before it stops them by force. */
    stop(): void {
      isStopped = true;
    },
    /** Lets go of files and sockets, as after a crash. */
    crash(): void {
      sockets.closeAll();
      files.closeAll();
    },
  };
}

export type Terminal = ReturnType<typeof createTerminal>;
