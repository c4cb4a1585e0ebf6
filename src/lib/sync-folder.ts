import { open } from 'node:fs/promises'

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
  } finally {
    await entries.close()
  }
}
