/**
 * Whether this is an error of the system, or of Node, with one of these codes: `ENOENT`, `ECONNREFUSED`. For handlers of the
 * one failure that is expected; whatever else it is goes on its way.
 */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => code === error.code)
}
