import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { askPassword } from './ask-password.ts'

/** A terminal, or a pipe. */
function input(isTTY: boolean) {
  return Object.assign(new PassThrough(), { isTTY })
}

describe('askPassword', () => {
  it('takes the first line of what is piped in', async () => {
    const pipe = input(false)
    pipe.end('correct horse battery\nrest\n')
    expect(await askPassword(pipe, new PassThrough())).toBe('correct horse battery')
  })

  it('says so when there is none', async () => {
    const pipe = input(false)
    pipe.end()
    await expect(askPassword(pipe, new PassThrough())).rejects.toThrow('no password on the standard input')
  })

  it.each([
    ['correct horse battery', true],
    ['another', false],
  ])('asks twice at a terminal and shows nothing (%s)', async (second, isSame) => {
    const [terminal, screen] = [input(true), new PassThrough()]
    let shown = ''
    screen.on('data', (chunk: Buffer) => {
      shown += chunk.toString()
      if (shown.endsWith('Password: ')) terminal.write('correct horse battery\r')
      if (shown.endsWith('Again: ')) terminal.write(`${second}\r`)
    })
    const asked = askPassword(terminal, screen)
    if (isSame) expect(await asked).toBe('correct horse battery')
    else await expect(asked).rejects.toThrow('not the same')
    expect(shown).toBe('Password: \nAgain: \n')
  })
})
