import { createHash } from 'node:crypto'
import { AdminError } from '../errors.ts'

/** The strong ETag of an answer: a digest of its JSON text. */
export function etagOf(json: string): string {
  return `"${createHash('sha256').update(json).digest('base64url').slice(0, 27)}"`
}

/** The preconditions of a request (RFC 9110 §13.1.1 and §13.1.2). */
export function hasPrecondition(headers: Readonly<Record<string, string | undefined>>): boolean {
  return headers['if-match'] !== undefined || headers['if-none-match'] !== undefined
}

/**
 * @param currentTag of what there is; `undefined`: there is nothing
 * @throws {AdminError} preconditionFailed
 */
export function demandPrecondition(
  headers: Readonly<Record<string, string | undefined>>,
  currentTag: string | undefined,
): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers
  if (match !== undefined && !names(match, currentTag)) throw new AdminError('preconditionFailed')
  if (noneMatch !== undefined && names(noneMatch, currentTag)) throw new AdminError('preconditionFailed')
}

/** Whether a list of tags, or `*`, names what there is. */
function names(list: string, currentTag: string | undefined): boolean {
  if (currentTag === undefined) return false
  return list.trim() === '*' || list.split(',').some((one) => one.trim() === currentTag)
}
