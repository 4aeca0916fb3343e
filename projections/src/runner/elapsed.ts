/** Whether so many milliseconds have passed before `instead` resolved or `signal` came. */
export async function elapsed(ms: number, instead: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, true);
  const stop = () => resolve(false);
  signal.addEventListener("abort", stop);
  void instead.then(stop);
  try {
    return signal.aborted ? false : await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
