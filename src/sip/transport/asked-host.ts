import { isIP } from 'node:net'
import { canonicalHost } from '../../lib/canonical-host.ts'

/** Whether an answer comes from the host that was asked. One that was asked by its name cannot be told from another. */
export function comesFromAsked(askedHost: string, sourceHost: string): boolean {
  return isIP(askedHost) === 0 || canonicalHost(sourceHost) === canonicalHost(askedHost)
}
