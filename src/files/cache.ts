/**
 * A per-user cache of native libraries and of the browser, so that a second copy of this project downloads, compiles and
 * unpacks nothing. An entry is a directory, made whole or not at all.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import os from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { inTemporaryFolder } from "./temporaryFolder.js";
import { foreignOwner } from "./owner.js";

/** The user's cache directory: SCOREBOOK_CACHE, else the platform's usual place. */
export function cacheDirectory(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
  home = os.homedir(),
): string {
  if (env.SCOREBOOK_CACHE) return resolve(env.SCOREBOOK_CACHE);
  if (platform === "darwin") return join(home, "Library", "Caches", "scorebook");
  if (platform === "win32") return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), "scorebook", "Cache");
  return join(env.XDG_CACHE_HOME || join(home, ".cache"), "scorebook");
}

/**
 * Puts the files of a cache entry into a directory.
 *
 * @throws Error if there is no such entry, or somebody else may have put it there
 */
export async function takeFromCache(entry: string, directory: string, folders: readonly string[]): Promise<void> {
  await fs.access(entry).catch(() => {
    throw new Error(`nothing at ${entry}`);
  });
  const foreign = foreignOwner(entry);
  if (foreign) throw new Error(foreign);
  await linkFolders(entry, directory, folders);
}

/**
 * Makes an entry of what `fill` puts into an empty folder; one that is there already is replaced, but for one that
 * another process has made in the meantime and that is good.
 *
 * @throws Error if the cache is somebody else's
 */
export async function makeEntry(
  entry: string,
  fill: (fresh: string) => Promise<void>,
  isGood: (entry: string) => Promise<boolean> = async () => false,
): Promise<void> {
  await fs.mkdir(dirname(entry), { recursive: true });
  const foreign = foreignOwner(join(dirname(entry), "no such entry"));
  if (foreign) throw new Error(foreign);
  await removeLeftovers(entry);
  await inTemporaryFolder(`${entry}.`, async (fresh) => {
    await fill(fresh);
    if (!(await isGood(entry))) await fillCache(entry, fresh, ["."]);
  });
}

/** Removes what processes left that were killed while they made such an entry, once it is an hour old. */
export async function removeLeftovers(entry: string, age = 3600_000): Promise<void> {
  const folder = dirname(entry);
  for (const name of await fs.readdir(folder).catch(() => [])) {
    if (!name.startsWith(`${basename(entry)}.`) || !/\.(?:\w{6}|[0-9a-f-]{36})$/.test(name)) continue;
    const path = join(folder, name);
    const { mtimeMs } = await fs.stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > age) await fs.rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Makes the entry from a directory's folders, whole or not at all; an entry that is there already is replaced. */
export async function fillCache(entry: string, directory: string, folders: readonly string[]): Promise<void> {
  const fresh = `${entry}.${randomUUID()}`;
  const stale = `${entry}.${randomUUID()}`;
  try {
    await linkFolders(directory, fresh, folders);
    await fs.rename(entry, stale).catch(ignore("ENOENT"));
    // Another process may have put its own entry there in between: that one is as good.
    await fs.rename(fresh, entry).catch(ignore("ENOTEMPTY", "EEXIST", "EPERM"));
  } finally {
    await fs.rm(fresh, { recursive: true, force: true });
    await fs.rm(stale, { recursive: true, force: true, maxRetries: 3 }); // a browser may still write there
  }
}

/** Copies folders from one directory to another: as hard links where the file system allows it. */
export async function linkFolders(from: string, to: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) await linkTree(join(from, folder), join(to, folder));
}

async function linkTree(from: string, to: string): Promise<void> {
  await fs.mkdir(to, { recursive: true });
  for (const child of await fs.readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, child.name), join(to, child.name)];
    if (child.isDirectory()) await linkTree(source, target);
    else await replace(target, (temporary) => linkFile(source, temporary, child.isSymbolicLink()));
  }
}

async function linkFile(source: string, target: string, isSymbolicLink: boolean): Promise<void> {
  if (isSymbolicLink) return fs.symlink(await fs.readlink(source), target);
  // Not on one file system, or one without links: a copy, sharing its blocks where that is possible.
  await fs.link(source, target).catch(() => fs.copyFile(source, target, fs.constants.COPYFILE_FICLONE));
}

/** Writes a file under a temporary name and renames it, so that no reader sees half of it. */
async function replace(target: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${target}.${randomUUID()}`;
  try {
    await write(temporary);
    await fs.rename(temporary, target);
  } finally {
    await fs.rm(temporary, { force: true }); // rename leaves it when both names are one file already
  }
}

function ignore(...codes: readonly string[]) {
  return (error: NodeJS.ErrnoException): void => {
    if (!codes.includes(error.code ?? "")) throw error;
  };
}
