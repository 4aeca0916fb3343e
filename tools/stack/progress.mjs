// Tells on standard error what is being fetched: a line for each step when it is done, with its seconds, and on a
// terminal what runs at the moment.
import { spawn } from "node:child_process";

const { stderr } = process;
const running = new Map();
let ticking;

export function tell(text) {
  stderr.write(`${stderr.isTTY ? "\r\x1b[K" : ""}${text}\n`);
}

/** Runs a command silently and tells how long it took; rejects with what it had said when it fails. */
export async function step(label, [program, ...args], options = {}) {
  const begin = performance.now();
  running.set(label, begin);
  ticking ??= stderr.isTTY ? setInterval(show, 200) : undefined;
  try {
    await quietly(program, args, options);
    tell(`  ${label.padEnd(28)}${seconds(begin)}`);
  } catch (error) {
    tell(`  ${label.padEnd(28)}failed after ${seconds(begin)}`);
    throw error;
  } finally {
    running.delete(label);
    if (running.size === 0) {
      clearInterval(ticking);
      ticking = undefined;
    }
  }
}

function show() {
  const steps = [...running].map(([label, begin]) => `${label} ${seconds(begin)}`);
  stderr.write(`\r\x1b[K  … ${steps.join(", ")}`);
}

function seconds(begin) {
  return `${((performance.now() - begin) / 1000).toFixed(1)} s`;
}

function quietly(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let said = "";
    const hear = (bytes) => {
      said = (said + bytes).slice(-8192);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else
        reject(new Error(`${program} ${args.join(" ")}\nended with ${signal ?? `exit code ${code}`}:\n${said.trim()}`));
    });
  });
}
