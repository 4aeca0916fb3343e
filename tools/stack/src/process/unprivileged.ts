/** The account `nobody`, which Debian gives this number: under it runs what must not be root when root starts it. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** What `setpriv` is told so that a program started by root is not root. */
export const asNobody: readonly string[] = isRoot
  ? [`--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", "--no-new-privs"]
  : [];

/** To whom the data of such a program must belong; `undefined` where it belongs to whoever starts it. */
export const unprivilegedOwner = isRoot ? { uid: nobody, gid: nobody } : undefined;
