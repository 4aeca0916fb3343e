/** A running server, of whichever kind. */
export interface Running {
  readonly port: number;
  /** Its key, as a client pins it. */
  readonly fingerprint: string;
  readonly user: string;
  /** Its folder as the client names it. */
  readonly remoteFolder: string;
  /** Cuts every connection. */
  cut(): void;
  close(): Promise<void>;
}
