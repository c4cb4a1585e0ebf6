/**
 * Errors whose message says what is wrong and what to do: of the command line itself, of the configuration, and of the
 * parts that a node is joined from.
 */
const forPeople = /Refused$|^CommandError$|^ConfigError$|^SpeechUnavailable$|^MediaUnavailable$/

/** The message to show without a stack; `undefined` for a bug, which needs its stack. */
export function messageForPeople(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (forPeople.test(error.name)) return error.message
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}. Another program uses the port: end it, or take free ports with --http-port 0 --sip-port 0.`
  }
  if ('code' in error && error.code === 'EACCES') {
    return `${error.message}. This user may not do that: choose another folder (--data) or a port above 1023.`
  }
  return undefined
}
