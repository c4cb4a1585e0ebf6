import { createInterface } from 'node:readline'
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
  const isTerminal = input.isTTY === true
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input, output: silent, terminal: isTerminal })
  // Lines are collected from the start: what is typed ahead, or pasted, is not lost.
  const lines = reader[Symbol.asyncIterator]()
  try {
    const password = await nextLine(lines, output, isTerminal ? 'Password: ' : '')
    if (isTerminal && password !== (await nextLine(lines, output, 'Again: '))) {
      throw new CommandError('The two are not the same.')
    }
    return password
  } finally {
    reader.close()
  }
}

/** @throws {CommandError} when the input ends, or somebody pressed Ctrl-C */
async function nextLine(
  lines: AsyncIterator<string>,
  output: NodeJS.WritableStream,
  question: string,
): Promise<string> {
  output.write(question)
  const { value, done } = await lines.next()
  if (question !== '') output.write('\n')
  if (done === true) throw new CommandError('There was no password on the standard input.')
  return value
}
