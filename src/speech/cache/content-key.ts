import { createHash } from 'node:crypto'

/**
 * Name of a rendered file: a hash over everything that decides its sound. Lengths are part of what is hashed, so that
 * no two lists of parts run together.
 *
 * @param kind what it is, with a version: bump it when the same parts would sound different
 * @returns 40 hexadecimal digits
 */
export function contentKey(kind: string, ...parts: readonly (string | number | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of [kind, ...parts]) {
    const bytes = typeof part === 'object' ? part : Buffer.from(String(part))
    hash.update(`${bytes.length}:`).update(bytes)
  }
  return hash.digest('hex').slice(0, 40)
}
