/** Whether a file or folder may be called so; nothing of ours is called otherwise. */
export const isName = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/.test(name);

/**
 * A path below the backup folder, as it may be sent: names of letters, digits, `.`, `_`, `-`, none beginning with a dot.
 * So it cannot leave the folder, whatever a listing or an archive's name says. Throws a RangeError.
 */
export function remotePath(folder: string, path: string): string {
  const names = path.split("/");
  if (!names.every(isName)) throw new RangeError(`${JSON.stringify(path)} is no path of a backup`);
  return `${folder.replace(/\/+$/, "")}/${path}`;
}

/** The folders that a path lies in, the outermost first. */
export function foldersOf(path: string): readonly string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}
