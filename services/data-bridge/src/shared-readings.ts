/**
 * Readings of one thing at a time: who comes while one is under way shares the next with all who do, since the running
 * one may have passed what he looks for already. However many ask, at most two readings of a thing are there.
 */
export function shareReadings<Key>(read: (key: Key) => Promise<void>): (key: Key) => Promise<void> {
  const running = new Map<Key, Promise<void>>();
  const next = new Map<Key, Promise<void>>();

  function begin(key: Key): Promise<void> {
    const reading = read(key).finally(() => {
      // Where one is waited for, it begins now: nobody may begin another beside it.
      if (!next.has(key)) running.delete(key);
    });
    running.set(key, reading);
    return reading;
  }

  return (key) => {
    const before = running.get(key);
    if (!before) return begin(key);
    const shared =
      next.get(key) ??
      before
        .catch(() => undefined)
        .then(() => {
          next.delete(key);
          return begin(key);
        });
    next.set(key, shared);
    return shared;
  };
}
