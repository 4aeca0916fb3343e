/** What the process ends with. */
export const exitCodes = {
  /** Stopped when asked to, nothing left undone. */
  stopped: 0,
  /** Failed to start, crashed, or had to be stopped in the middle of its work. */
  failed: 1,
  /** sysexits.h EX_CONFIG: starting again is of no use until the settings change. */
  badConfig: 78,
} as const;
