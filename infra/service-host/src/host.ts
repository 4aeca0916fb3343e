import type { Logger, Registry } from "@tradesage/telemetry";
import type { HostSettings } from "./settings.ts";

/** What a service is given to start with. */
export interface Host<Config> {
  readonly name: string;
  /** Its own settings and the host's; frozen. */
  readonly config: Readonly<Config & HostSettings>;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** Registers a step of stopping. Steps run one after the other, the last registered first; each has 5 s. */
  onStop(label: string, step: () => Promise<void> | void): void;
  /** Registers a condition for `GET /ready`. A check that throws, or takes longer than 2 s, has failed. */
  readiness(label: string, check: () => Promise<boolean> | boolean): void;
}
