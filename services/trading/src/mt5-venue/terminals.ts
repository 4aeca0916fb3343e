import type { Instruction, Report, SnapshotRequest, TenantId, TerminalId } from "@tradesage/contracts";

/** The way to the experts of terminals. */
export interface Terminals {
  /**
   * Sends an instruction, once, and waits for the report. @throws BusUnavailable where it surely did not go out: no
   * expert is connected; any other error where that is not known.
   */
  instruct(tenant: TenantId, terminal: TerminalId, instruction: Instruction): Promise<Report>;
  /** Asks for a snapshot, which comes as evidence. @throws as above */
  look(tenant: TenantId, terminal: TerminalId, request: SnapshotRequest): Promise<void>;
}
