/** Which web pages may use the gateway: its own (RFC 6454 origin equal to Host) and those of the setting. */
export interface Origins {
  /** Requests without an Origin do not come from a web page. */
  allow(origin: string, host: string): boolean;
  /** Allowed by the setting: such a page needs CORS. */
  isForeignFriend(origin: string): boolean;
}

export function createOrigins(allowed: readonly string[]): Origins {
  const set = new Set(allowed.map((origin) => origin.replace(/\/$/, "")));
  return {
    allow: (origin, host) => origin === "" || set.has(origin) || origin.replace(/^https?:\/\//, "") === host,
    isForeignFriend: (origin) => set.has(origin),
  };
}
