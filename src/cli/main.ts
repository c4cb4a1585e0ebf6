import { CommanderError } from 'commander'
import { messageForPeople } from './message-for-people.ts'
import { exitCodes } from './output.ts'
import { createProgram } from './program.ts'

/** Runs the command line of this process. Help that was asked for is an answer; help that was not is a mistake. */
try {
  await createProgram().parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.failed
  } else {
    const message = messageForPeople(error)
    process.stderr.write(message === undefined ? `${stackOf(error)}\n` : `yuyin: ${message}\n`)
    process.exitCode = exitCodes.failed
  }
}

/** A bug: whoever reports it needs to see where. */
function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
