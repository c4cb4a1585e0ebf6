import { open } from 'node:fs/promises'
import { hasCode } from './error-code.ts'

/**
 * Names that were made, changed or removed in a folder stay so from now on, also when the power fails. A synced file is
 * not enough for that: its name is kept by the folder.
 *
 * @throws the file system's error
 */
export async function syncFolder(folder: string): Promise<void> {
  const entries = await open(folder, 'r')
  try {
    await entries.sync()
  } catch (error) {
    // Some file systems of networks and FUSE keep names in their own way, and have no sync for folders.
    if (!hasCode(error, 'EINVAL', 'ENOTSUP')) throw error
  } finally {
    await entries.close()
  }
}
