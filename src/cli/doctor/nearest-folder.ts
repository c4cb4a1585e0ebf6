import { existsSync } from 'node:fs'
import { dirname } from 'node:path'

/** The folder itself, or the one below which it will be made. */
export function nearestThatExists(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestThatExists(dirname(path))
}
