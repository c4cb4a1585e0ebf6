import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { CommandError } from './output.ts'

/** Where a password comes from: a terminal, or the first line of what is piped in. */
export type PasswordInput = NodeJS.ReadableStream & { readonly isTTY?: boolean }

/**
 * Asks for a new password, twice and without echo; without a terminal, takes the first line of the input.
 *
 * @throws {CommandError} when the two differ, or there is none
 */
export async function askPassword(input: PasswordInput, output: NodeJS.WritableStream): Promise<string> {
  if (input.isTTY !== true) {
    const lines = createInterface({ input })
    for await (const line of lines) return line
    throw new CommandError('There was no password on the standard input.')
  }
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input, output: silent, terminal: true })
  try {
    const ask = async (question: string): Promise<string> => {
      output.write(question)
      const answer = await terminal.question('')
      output.write('\n')
      return answer
    }
    const password = await ask('Password: ')
    if (password !== (await ask('Again: '))) throw new CommandError('The two are not the same.')
    return password
  } finally {
    terminal.close()
  }
}
