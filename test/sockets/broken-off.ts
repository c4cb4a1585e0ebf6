import { hasCode } from '../../src/lib/error-code.ts'

/** For the `error` of a socket that one of its ends breaks off on purpose; any other error is one of the test's. */
export function expectBrokenOff(error: Error): void {
  if (!hasCode(error, 'ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE')) throw error
}
