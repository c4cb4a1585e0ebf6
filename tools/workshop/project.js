import { fileURLToPath } from 'node:url'

/** Absolute path of the repository, with a closing separator. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Absolute path of a file of the repository.
 * @param {string} path relative to the repository, with forward slashes
 * @returns {string}
 */
export function inProject(path) {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}
