/**
 * The closed table of reasons for which the bridge ends a terminal's connection: each has a WebSocket close code
 * (4000 to 4999 are an application's own, RFC 6455 section 7.4.2), and says whether coming back as it was can help.
 */
export const terminalErrors = {
  MALFORMED_FRAME: { close: 4400, retry: false, title: "The binary frame is not a tick batch" },
  UNAUTHENTICATED: { close: 4401, retry: false, title: "A valid terminal key is needed" },
  MALFORMED_JSON: { close: 4402, retry: false, title: "The text frame is not JSON" },
  INVALID_INPUT: { close: 4422, retry: false, title: "The message has missing, wrong or unknown fields" },
  FORBIDDEN: { close: 4403, retry: false, title: "The tenant may not send this" },
  UNKNOWN_SYMBOL_INDEX: { close: 4404, retry: false, title: "The HELLO has no symbol of this index" },
  HELLO_EXPECTED: { close: 4405, retry: false, title: "The first frame must be a HELLO" },
  HELLO_REPEATED: { close: 4406, retry: false, title: "A connection has one HELLO" },
  KEY_REVOKED: { close: 4407, retry: false, title: "The terminal key was revoked; come back with another" },
  HELLO_TIMEOUT: { close: 4408, retry: true, title: "No HELLO came in time" },
  FEED_IN_USE: { close: 4409, retry: true, title: "Another terminal feeds this symbol" },
  WRONG_EPOCH: { close: 4410, retry: false, title: "The batch is of another epoch than the HELLO" },
  SEQUENCE_GAP: { close: 4411, retry: true, title: "Batches are missing before this one; resume from the cursor" },
  TENANT_NOT_ACTIVE: { close: 4415, retry: true, title: "The tenant is not active, or not yet" },
  RATE_LIMITED: { close: 4416, retry: true, title: "Too many unknown keys came from this address; come back later" },
  IDLE: { close: 4412, retry: true, title: "Nothing was heard for too long" },
  SLOW_READER: { close: 4413, retry: true, title: "Acknowledgements are not being read" },
  REPLACED: { close: 4414, retry: false, title: "The same terminal has connected anew" },
  UNSUPPORTED_PROTOCOL: { close: 4426, retry: false, title: "The bridge does not speak this version" },
  WINDOW_EXCEEDED: { close: 4429, retry: false, title: "More ticks wait for acknowledgement than the window allows" },
  INTERNAL: { close: 4500, retry: true, title: "Something failed here" },
  UNAVAILABLE: { close: 4503, retry: true, title: "A part that this needs is not available; nothing is lost, resume" },
  SHUTTING_DOWN: { close: 1001, retry: true, title: "The bridge is stopping; resume at another or later" },
} as const satisfies Record<string, { close: number; retry: boolean; title: string }>;

export type TerminalErrorCode = keyof typeof terminalErrors;

/** The reason behind a close code of ours, if it is one. */
export const terminalErrorOf = (close: number): TerminalErrorCode | undefined =>
  (Object.keys(terminalErrors) as TerminalErrorCode[]).find((code) => terminalErrors[code].close === close);
