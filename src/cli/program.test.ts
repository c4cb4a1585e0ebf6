import type { Command } from 'commander'
import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { changes } from './audit/changes.ts'
import { createProgram } from './program.ts'

function everyCommand(command: Command, path: string): [path: string, command: Command][] {
  return [[path, command], ...command.commands.flatMap((child) => everyCommand(child, `${path} ${child.name()}`))]
}

/** What the command line prints and with what it ends, without a process. */
async function run(...args: string[]): Promise<{ out: string; err: string; exitCode: number | undefined }> {
  const program = createProgram()
  const printed = { out: '', err: '' }
  for (const [, command] of everyCommand(program, 'yuyin')) {
    command.configureOutput({
      writeOut: (text) => {
        printed.out += text
      },
      writeErr: (text) => {
        printed.err += text
      },
    })
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return { ...printed, exitCode: undefined }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return { ...printed, exitCode: error.exitCode }
  }
}

describe('the yuyin command', () => {
  const all = everyCommand(createProgram(), 'yuyin')

  it.each(all)('%s explains itself', async (path, command) => {
    expect(command.description()).not.toBe('')
    const { out, exitCode } = await run(...path.split(' ').slice(1), '--help')
    expect(exitCode).toBe(0)
    expect(out).toContain(`Usage: ${path}`)
  })

  it('offers JSON wherever it answers something', () => {
    const leaves = all.filter(([path, { commands }]) => commands.length === 0 && path !== 'yuyin serve')
    for (const [path, { options }] of leaves) {
      expect([path, options.some(({ long }) => long === '--json')]).toEqual([path, true])
    }
  })

  it('says of each command whether it changes something, which is then written down', () => {
    const reads =
      /^(?:serve|ring|doctor|trace|key (?:temporary|bearer)|policy check|trunk (?:route|test)|announcement test|recording fetch|ledger (?:balance|check)|push log|admin audit|(?:.+ )?(?:list|show|get))$/
    const leaves = all.filter(([, { commands }]) => commands.length === 0).map(([path]) => path.replace('yuyin ', ''))
    expect(leaves.filter((path) => !reads.test(path)).sort()).toEqual(Object.keys(changes).sort())
  })

  it.each([
    [['nonsense'], "unknown command 'nonsense'", '(yuyin --help'],
    [['number', 'add'], "missing required argument 'number'", '(yuyin number add --help'],
    [['account', 'list', '--http-port', '3'], "unknown option '--http-port'", '(yuyin account list --help'],
    [['template', 'add', 'TTS_1', 'x', '--kind', 'foo'], 'verification, notification', '(yuyin template add --help'],
  ])('%s: a mistake says what it was and how to ask', async (args, message, hint) => {
    const { out, err, exitCode } = await run(...args)
    expect(out).toBe('')
    expect(err).toContain(message)
    expect(err).toContain(hint)
    expect(exitCode).not.toBe(0)
  })
})
