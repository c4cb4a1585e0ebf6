import { setPriority } from 'node:os'
import { systemClock } from '../../lib/clock.ts'
import { hasCode } from '../../lib/error-code.ts'
import type { Log } from '../../lib/log.ts'
import { openUdpSockets } from '../udp/open-sockets.ts'
import type { AnswerMessage, CommandMessage, CommandName, Output, ProcessMessage, ProcessSettings } from './commands.ts'
import { SessionHost } from './session-host.ts'

/**
 * The media process: RTP away from HTTP, databases and speech, so that nothing of those delays a packet. It takes its
 * settings as an argument, commands over its message channel, and ends when that channel closes: with its parent,
 * however that ended.
 */

const mediaNiceness = -15
/** What ending the sessions (BYE, files) may take when the parent is gone. */
const farewellMs = 2000
/** Pieces of heard audio (100 ms, 1,600 octets each) that may wait for a parent that is busy. */
const mostWaitingPieces = 1000

let waitingPieces = 0

const settings: ProcessSettings = JSON.parse(process.argv[2] ?? '')
const log = parentLog()
const { sockets, whyNotNative } = openUdpSockets(settings.sockets)
const host = new SessionHost({
  ports: settings.ports,
  restingPorts: settings.restingPorts,
  udp: sockets,
  clock: systemClock,
  log,
  tell,
})

if (settings.nice) raisePriority()
process.on('disconnect', () => void leave())
// A terminal's Ctrl-C and a service manager's TERM reach the whole group; the parent ends calls first, then us.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('message', (command: CommandMessage) => void carryOut(command))
log.debug({ sockets: sockets.kind, whyNotNative }, 'media process: ready')
tell({ kind: 'ready' })

async function carryOut(command: CommandMessage): Promise<void> {
  const { id, name } = command
  try {
    tell(await answer(command))
  } catch (error) {
    const { name: errorName, message } = error instanceof Error ? error : new Error(String(error))
    tell({ kind: 'refusal', id, name, error: { name: errorName, message } })
  }
  if (name === 'shutDown') process.disconnect()
}

async function leave(): Promise<void> {
  systemClock.after(farewellMs, () => process.exit(1))
  await host.run('shutDown', undefined)
  process.exit(0)
}

async function answer<Name extends CommandName>(command: CommandMessage<Name>): Promise<AnswerMessage<Name>> {
  const output: Output<Name> = await host.run(command.name, command.input)
  return { kind: 'answer', id: command.id, name: command.name, output }
}

function tell(message: ProcessMessage): void {
  if (!process.connected) return
  if (message.kind === 'audio') tellAudio(message)
  else process.send?.(message)
}

/** Audio that nobody has the time to hear is left out: memory is bounded. */
function tellAudio(message: ProcessMessage): void {
  if (waitingPieces >= mostWaitingPieces) return
  waitingPieces++
  process.send?.(message, undefined, undefined, () => waitingPieces--)
}

function parentLog(): Log {
  const write = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: object, message: string) =>
    tell({ kind: 'log', level, fields, message })
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** Only root and CAP_SYS_NICE may; for others packets share the machine on equal terms. */
function raisePriority(): void {
  try {
    setPriority(mediaNiceness)
  } catch (error) {
    if (!(error instanceof Error && hasCode(error, 'ERR_SYSTEM_ERROR'))) throw error
    log.debug({ reason: error.message }, 'media process: runs at the usual priority')
  }
}
