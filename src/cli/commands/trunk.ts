import type { Command } from 'commander'
import { readPhoneNumber } from '../../domain/phone-number.ts'
import { warningOf } from '../../domain/trunk/check-trunk.ts'
import { explainRoute } from '../../domain/trunk/explain-route.ts'
import { asRoutable, type ShownTrunk } from '../../domain/trunk/known-trunk.ts'
import { ownTrunkNames, type TrunkProfile, usualTrunk } from '../../domain/trunk/trunk-profile.ts'
import { systemClock } from '../../lib/clock.ts'
import { knownTrunks } from '../../store/trunks/known-trunks.ts'
import { askPassword } from '../ask-password.ts'
import { group, type Management, manage } from '../management.ts'
import { CommandError, exitCodes } from '../output.ts'
import { askNextHop } from '../trunk/ask-next-hop.ts'
import { addProfileOptions, profilePartOf } from '../trunk/profile-options.ts'
import { routeWords, trunkLines, trunkTable } from '../trunk/trunk-words.ts'

/** `yuyin trunk …`: the ways to the telephone network. */
export function trunkCommand(): Command {
  const one = (signature: string, about: string, run: Parameters<typeof manage>[2]) =>
    manage(signature, about, run, 'service')
  return group('trunk', 'ways to the telephone network; every node follows a change within a second', [
    addProfileOptions(one('add <name>', 'a new trunk; it may dial nothing until --allow says what', add)),
    addProfileOptions(one('set <name>', 'change a trunk; what is not said stays', set)),
    one('list', 'all trunks, and how they stand on each node', async ({ store, output }) => {
      output.result(await known(store), trunkTable)
    }),
    one('show <name>', 'everything about a trunk', async ({ store, output }, [name = '']) => {
      output.result(await mustFind(store, name), trunkLines)
    }),
    one('remove <name>', 'remove a trunk; calls on it go on', async ({ store, output }, [name = '']) => {
      await store.trunks.remove(name)
      output.result({ name, removed: true }, () => `${name} is removed.`)
    }),
    one('enable <name>', 'let it take calls', (management, [name = '']) => switchTo(management, name, true)),
    one('disable <name>', 'let it take no more calls', (management, [name = '']) => switchTo(management, name, false)),
    one('route <number>', 'which trunk a call would take, and why: a dry run', route).option(
      '--show <number>',
      'the number that the call shows; without it: that of the trunk',
    ),
    one('test <name>', 'ask its next hops whether they are there (OPTIONS)', test),
  ])
}

async function add(management: Management, [name = '']: readonly string[], options: Options): Promise<void> {
  const { store, output } = management
  if ((await store.trunks.find(name)) !== undefined) {
    throw new CommandError(`There is a trunk ${name}. 'yuyin trunk set ${name} …' changes it.`)
  }
  if (options['host'] === undefined) {
    throw new CommandError(
      `A new trunk needs its next hop: 'yuyin trunk add ${name} --host sip.carrier.example --allow 13,15,17,18,19'.`,
    )
  }
  await store.trunks.save({ ...usualTrunk, host: '', name, ...(await partOf(options)) })
  output.result(await mustFind(store, name), (trunk) =>
    trunk.destinations.length > 0
      ? savedLines(trunk)
      : `${savedLines(trunk)}\n\nIt may dial nothing yet: 'yuyin trunk set ${name} --allow 13,15,17,18,19' lets it dial mobiles.`,
  )
}

async function set({ store, output }: Management, [name = '']: readonly string[], options: Options): Promise<void> {
  const { hasPassword: _kept, ...before } = await mustFind(store, name)
  await store.trunks.save({ ...before, ...(await partOf(options)) })
  output.result(await mustFind(store, name), savedLines)
}

/** The trunk as it is now, and what its operator should know. */
function savedLines(trunk: ShownTrunk): string {
  const warning = warningOf(trunk)
  return warning === undefined ? trunkLines(trunk) : `${trunkLines(trunk)}\n\nWarning: ${warning}`
}

async function switchTo({ store, output }: Management, name: string, enabled: boolean): Promise<void> {
  const { hasPassword: _kept, ...before } = await mustFind(store, name)
  await store.trunks.save({ ...before, enabled })
  output.result({ name, enabled }, () => `${name} is ${enabled ? 'enabled' : 'disabled'}.`)
}

async function route({ store, output }: Management, [text = '']: readonly string[], options: Options): Promise<void> {
  const number = readPhoneNumber(text)?.digits
  if (number === undefined) throw new CommandError(`'${text}' cannot be the number of a phone.`)
  const show = typeof options['show'] === 'string' ? options['show'] : ''
  const trunks = await known(store)
  const explanation = explainRoute({ to: number, show }, trunks.map(asRoutable))
  const isTold = trunks.some(({ standings }) => standings.length > 0)
  output.result({ number, show, ...explanation }, (told) => routeWords(told, isTold))
  process.exitCode = explanation.verdict === 'dial' ? exitCodes.done : exitCodes.no
}

async function test({ store, output, config }: Management, [name = '']: readonly string[]): Promise<void> {
  const { hasPassword: _none, ...profile } = await mustFind(store, name)
  const answers = await askNextHop({ ...profile, password: '' }, config)
  output.result(answers, () => answers.map(({ target, words }) => `${target}  ${words}`).join('\n'))
  process.exitCode = answers.some(({ isAlive }) => isAlive) ? exitCodes.done : exitCodes.no
}

type Options = Readonly<Record<string, unknown>>

/** What the options say; the password is asked for when they say so. */
async function partOf(options: Options): Promise<Partial<TrunkProfile>> {
  const part = profilePartOf(options)
  return options['password'] === true ? { ...part, password: await askPassword(process.stdin, process.stderr) } : part
}

async function mustFind(store: Management['store'], name: string): Promise<ShownTrunk> {
  const trunk = await store.trunks.find(name)
  if (trunk !== undefined) return trunk
  if (Object.values<string>(ownTrunkNames).includes(name)) {
    throw new CommandError(
      `The trunk ${name} is described by the settings of each node, not here: 'yuyin serve --help' lists them.`,
    )
  }
  throw new CommandError(`There is no trunk ${name}. 'yuyin trunk list' shows what there is.`)
}

function known({ trunks, trunkBoard }: Management['store']) {
  return knownTrunks(trunks, trunkBoard, systemClock)
}
