import { chmodSync, existsSync, mkdirSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";

/** The checkout that this file belongs to. */
export const projectFolder = resolve(import.meta.dirname, "../../..");

/** Where the developer's own stack keeps everything: programs, data, keys and logs. It may be a link, see set-up.mjs. */
export const stackFolder = realPathOf(join(projectFolder, ".stack"));

/** Where the bootstrap puts Postgres, NATS and Redis. */
export const nativeFolder = join(stackFolder, "native/root/usr");

/** Where `npm test` puts its browser. */
export const browserFolder = join(stackFolder, "browser/root");

/** The folders of one stack; two stacks in two folders share nothing but programs. */
export interface Layout {
  root: string;
  data: string;
  keys: string;
  logs: string;
  run: string;
}

/** Names the folders of the stack that lives in `root`. */
export function layoutOf(root: string): Layout {
  const folder = realPathOf(resolve(root));
  return {
    root: folder,
    data: join(folder, "data"),
    keys: join(folder, "keys"),
    logs: join(folder, "logs"),
    run: join(folder, "run"),
  };
}

/** Makes the folders. Postgres runs under another account when root starts the stack: it must get as far as `data`. */
export function makeFolders(layout: Layout): void {
  for (const folder of [layout.root, layout.data, layout.logs]) {
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
    if (process.getuid?.() === 0 && (folder === layout.root || folder === layout.data)) chmodSync(folder, 0o711);
  }
  for (const folder of [layout.keys, layout.run]) mkdirSync(folder, { recursive: true, mode: 0o700 });
}

function realPathOf(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : folder;
}
