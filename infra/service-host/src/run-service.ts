import { type Logger, startTelemetry } from "@tradesage/telemetry";
import type { z } from "zod";
import manifest from "../package.json" with { type: "json" };
import { InvalidConfig, parseConfig } from "./config.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Host } from "./host.ts";
import { serveManagement } from "./management.ts";
import { refusePlaceholders } from "./production.ts";
import { createReadiness } from "./readiness.ts";
import type { HostSettings } from "./settings.ts";
import { createStopSteps } from "./stop-steps.ts";
import { isSupervised, onSupervisorGone } from "./supervisor.ts";

/** All packages of the product are released together, under one version. */
const { version } = manifest;

const STOP_DEADLINE_MS = 10_000;

export interface Service<Config extends object> {
  readonly name: string;
  /** Schema of the environment variables that it needs beside the host's own (`TRADESAGE_ENV LOG_LEVEL HOST MANAGEMENT_PORT`). */
  readonly config: z.ZodType<Config>;
  /** Connects and begins to serve; when it returns the service is started. What it throws ends the process. */
  start(host: Host<Config>): Promise<void>;
}

/**
 * Runs a service as this process, until SIGTERM, SIGINT or the death of its supervisor (the IPC channel closes);
 * then drains: `/ready` turns 503, the stop steps run, the process exits 0, or 1 if a step failed, a second signal
 * came or 10 s have passed. Exits 78 on bad settings, 1 on a failed start, an uncaught error or an unhandled rejection.
 */
export async function runService<Config extends object>(service: Service<Config>): Promise<void> {
  const telemetry = startTelemetry({ service: service.name, version });
  const { logger, metrics } = telemetry;
  const config = await readConfig(service, logger);
  logger.level = config.LOG_LEVEL;
  const readiness = createReadiness();
  const stopSteps = createStopSteps();
  let phase = "starting" as "starting" | "started" | "stopping";
  readiness.add(service.name, () => phase === "started");

  async function stop(reason: string, outcome: number = exitCodes.stopped): Promise<void> {
    if (phase === "stopping") return;
    phase = "stopping";
    logger.info({ reason }, "stopping");
    setTimeout(() => {
      logger.fatal("stopping took too long");
      process.exit(exitCodes.failed);
    }, STOP_DEADLINE_MS);
    const clean = await stopSteps.run(logger);
    await telemetry.shutdown();
    process.exit(clean ? outcome : exitCodes.failed);
  }

  function stopOnSignal(signal: NodeJS.Signals): void {
    // Ctrl-C reaches the whole process group; under a supervisor it is the supervisor who says when.
    if (signal === "SIGINT" && isSupervised()) return;
    if (phase === "stopping") process.exit(exitCodes.failed);
    void stop(signal);
  }

  function crash(error: unknown): void {
    logger.fatal({ err: error }, "uncaught error");
    process.exit(exitCodes.failed);
  }

  process.on("uncaughtException", crash);
  process.on("SIGTERM", stopOnSignal);
  process.on("SIGINT", stopOnSignal);
  onSupervisorGone(() => void stop("the supervisor is gone"));
  // A library's warning to a terminal that is gone must not end the process.
  process.stderr.on("error", () => undefined);

  try {
    const about = { service: service.name, version };
    const { HOST: host, MANAGEMENT_PORT: port } = config;
    const management = await serveManagement({ host, port, about, metrics, readiness });
    stopSteps.add("management", management.close);
    await service.start({
      name: service.name,
      config,
      logger,
      metrics,
      onStop: stopSteps.add,
      readiness: readiness.add,
    });
    if (phase !== "starting") return;
    phase = "started";
    logger.info({ managementPort: management.port }, "started");
  } catch (error) {
    logger.fatal({ err: error }, "could not start");
    await stop("could not start", exitCodes.failed);
  }
}

async function readConfig<Config extends object>(
  service: Service<Config>,
  logger: Logger,
): Promise<Readonly<Config & HostSettings>> {
  try {
    const config = parseConfig(service.config, process.env);
    await refusePlaceholders(config);
    return config;
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    logger.fatal(error.message);
    process.exit(exitCodes.badConfig);
  }
}
