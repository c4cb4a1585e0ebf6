type ErrorClass = abstract new (...args: never) => Error

/**
 * What an expected failure says: one of the system or of the database, which have a code, or of a named class.
 *
 * @throws {unknown} whatever else it is: a bug is no reason, and needs its stack
 */
export function reasonOf(error: unknown, ...expected: readonly ErrorClass[]): string {
  const isExpected = error instanceof Error && ('code' in error || expected.some((one) => error instanceof one))
  if (!isExpected) throw error
  return error.message
}
