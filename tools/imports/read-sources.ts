import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The TypeScript files below some folders of the repository, by path with forward slashes. */
export function readSources(folders: readonly string[]): Map<string, string> {
  const sources = new Map<string, string>()
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue
      const file = join(entry.parentPath, entry.name)
      sources.set(relative(root, file).split(sep).join('/'), readFileSync(file, 'utf8'))
    }
  }
  return new Map([...sources].sort(([left], [right]) => (left < right ? -1 : 1)))
}
