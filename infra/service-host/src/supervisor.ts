/** Whether somebody started this process over an IPC channel and watches over it. */
export const isSupervised = (): boolean => process.connected === true;

/** Calls `gone` once the process at the other end of the IPC channel has died or let go; never for who has no such channel. */
export function onSupervisorGone(gone: () => void): void {
  if (process.send === undefined) return;
  if (process.connected) process.once("disconnect", gone);
  else gone();
}
