import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from '../lib/sync-folder.ts'

/**
 * Writes a small file for its owner only: all of it or nothing, and on disk, its name as well, before this resolves. One
 * that is there is replaced.
 *
 * @throws the file system's error
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.new`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  await syncFolder(dirname(path))
}
