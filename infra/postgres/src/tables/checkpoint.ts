/** How far something that follows the history has come; written in the transaction that its rows are written in. */
export interface CheckpointTable {
  name: string;
  /** Position in the event store's history; `"0"` before the first event. */
  position: string;
}
