import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from './start-error.js';

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes a data folder for this process: a second instance on the same folder would stop the first one's database.
 * A lock whose process is gone is taken over.
 *
 * @throws StartError naming the process that uses the folder
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = join(folder, 'carillon.pid');
  for (let attempt = 1; ; attempt++) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 3) throw error;
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (owner && (await isCarillon(owner))) {
      throw new StartError(
        `${folder} is in use by another Carillon (process ${owner}). Stop it, or choose another DATA_DIR.`,
      );
    }
    await rm(file, { force: true });
  }
}

/** Process numbers are reused: on Linux the name tells whether it can be one of ours. */
async function isCarillon(pid: number): Promise<boolean> {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'standalone');
  return command.includes('standalone');
}
