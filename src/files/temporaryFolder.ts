import { mkdtempSync, rmSync } from "node:fs";

const folders = new Set<string>();

/** Hands on a new folder whose path begins with `prefix`; it goes afterwards, or with this process if that exits before. */
export async function inTemporaryFolder<T>(prefix: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(prefix);
  if (folders.size === 0) process.on("exit", removeTemporaryFolders);
  folders.add(folder);
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    folders.delete(folder);
    if (folders.size === 0) process.off("exit", removeTemporaryFolders);
  }
}

/** Removes the temporary folders that are in use, for who is about to end this process. */
export function removeTemporaryFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
