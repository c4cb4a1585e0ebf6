import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Command } from 'commander'
import { readPhoneNumber } from '../../domain/phone-number.ts'
import { readEndpoints } from '../../endpoints.ts'
import { systemClock } from '../../lib/clock.ts'
import { devProfile } from '../../store/accounts/seed-dev-profile.ts'
import { addConfigOptions, configOf } from '../config-options.ts'
import { CommandError, createOutput, exitCodes, type Output } from '../output.ts'
import { type CallWishes, callRequest, freshNumber } from '../ring/call-request.ts'
import { openEvents } from '../ring/event-stream.ts'
import { followCall } from '../ring/follow-call.ts'
import type { PhoneEvent, PhoneWatcher } from '../ring/follow-phone.ts'
import { drawRung, ladderHead, type Rung } from '../ring/ladder.ts'
import { outcomeWords, wasAnnounced } from '../ring/outcome-words.ts'
import { type ApiAnswer, type ApiClient, ask, askDetail, type CallDetail } from '../ring/place-call.ts'
import { ProgressLine } from '../ring/progress-line.ts'

interface RingOptions extends CallWishes {
  readonly endpoint?: string
  readonly secret: string
  readonly json?: boolean
}

/** `yuyin ring`: places one call through the signed API and shows what happens. */
export function ringCommand(): Command {
  const command = new Command('ring')
    .description(
      'place a call through the signed API and print its ladder; without a number a fresh virtual phone rings',
    )
    .argument('[number]', 'who is called')
    .option('--template <code>', `text template (default ${devProfile.verificationTemplate} with a random code)`)
    .option('--param <name=value>', 'template variable; may be repeated', collect)
    .option('--voice <code>', 'a voice file instead of a template')
    .option('--show <number>', 'number shown to the callee')
    .option('--times <n>', 'rounds, 1 to 3')
    .option('--volume <n>', '0 to 100')
    .option('--speed <n>', '-500 to 500')
    .option('--out-id <text>', 'OutId, 1 to 15 bytes')
    .option('--endpoint <url>', 'API of the node; found in the data folder when left out')
    .option('--key <id>', 'AccessKeyId', process.env['YUYIN_ACCESS_KEY_ID'] ?? devProfile.accessKeyId)
    .option('--secret <secret>', 'AccessKeySecret', process.env['YUYIN_ACCESS_KEY_SECRET'] ?? devProfile.secret)
    .option('--json', 'print JSON')
  return addConfigOptions(command, 'common').action(async (number: string | undefined) => {
    const options = command.opts<RingOptions & Record<string, unknown>>()
    await ring(number ?? freshNumber(), options, configOf(options).data)
  })
}

async function ring(number: string, options: RingOptions, dataFolder: string): Promise<void> {
  const node = readEndpoints(dataFolder)
  const endpoint = options.endpoint ?? node?.http
  if (endpoint === undefined) {
    throw new CommandError(
      `No node runs on ${dataFolder}. 'npm start' starts one; --data names another folder, --endpoint a node elsewhere.`,
    )
  }
  if (!/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : '')) {
    throw new CommandError(`--endpoint ${endpoint}: give a URL such as http://127.0.0.1:8080.`)
  }
  const client: ApiClient = { endpoint, accessKeyId: options.key, secret: options.secret }
  const output = createOutput(process.stdout, options.json === true)
  const progress = new ProgressLine(process.stdout, systemClock)
  const over = new AbortController()
  try {
    const hasPhones = node?.phones !== undefined && endpoint === node.http
    const events = hasPhones ? await eventsOf(endpoint, number, over.signal) : undefined
    const startedAt = Date.now()
    const { action, parameters } = callRequest(number, options)
    const answer = await ask(client, action, parameters)
    if (answer.Code !== 'OK' || answer.CallId === undefined) {
      refused(answer, action, output)
      return
    }
    const { CallId: callId } = answer
    output.line(`\n  ${action} → ${number}   CallId ${callId}\n`)
    if (events !== undefined) output.line(ladderHead('Yuyin', `phone ${number}`))
    const { watcher, rungs } = ladderOf(output, progress)
    watcher.onProgress('calling')
    const findDetail = () => askDetail(client, callId)
    const { detail, seen } = await followCall({ callId, startedAt }, findDetail, events, watcher, systemClock)
    progress.clear()
    const heard = seen?.number === undefined ? undefined : heardFile(dataFolder, seen.number, seen.id)
    const announced = wasAnnounced(detail.state, seen?.end)
    output.result(
      { callId, number, state: detail.state, outcome: outcomeWords(detail.state), announced, detail, heard, rungs },
      () =>
        `\n  ${summary(detail)}${announced ? announcedLine : ''}${heard === undefined ? '' : `\n  heard    ${shortPath(heard)}`}\n`,
    )
    process.exitCode = detail.state === '200000' ? exitCodes.done : exitCodes.no
  } finally {
    progress.clear()
    over.abort()
  }
}

const announcedLine = '\n  known by what the network announced; its own answer was not waited for'

/** The number is written as people write it; the phone goes by its digits. */
function eventsOf(endpoint: string, number: string, signal: AbortSignal) {
  const digits = readPhoneNumber(number)?.digits ?? number
  return openEvents<PhoneEvent>(`${endpoint}/phones/${encodeURIComponent(digits)}/events`, signal)
}

/** Draws the ladder while it grows, and keeps it for `--json`. */
function ladderOf(output: Output, progress: ProgressLine) {
  const rungs: Rung[] = []
  const watcher: PhoneWatcher = {
    onRung(rung) {
      rungs.push(rung)
      if (!output.json) progress.above(drawRung(rung))
    },
    onProgress(text) {
      if (!output.json) progress.show(text)
    },
  }
  return { watcher, rungs }
}

function refused({ Code, Message, RequestId }: ApiAnswer, action: string, output: Output): void {
  if (output.json) output.result({ refused: { action, Code, Message, RequestId } }, () => '')
  else
    process.stderr.write(
      `\n  ${action} was refused: ${Code}\n  ${Message}${keyHint(Code)}\n  RequestId ${RequestId}\n\n`,
    )
  process.exitCode = exitCodes.no
}

/** Outside of the dev profile the usual key is nobody's. */
function keyHint(code: string): string {
  if (!code.startsWith('InvalidAccessKeyId')) return ''
  return "\n  Give a key ('yuyin key create' makes one) with --key and --secret, or YUYIN_ACCESS_KEY_ID and YUYIN_ACCESS_KEY_SECRET."
}

function summary(detail: CallDetail): string {
  const talked = detail.duration === 0 ? 'not answered' : `${detail.duration} s`
  return `result   ${detail.state} ${outcomeWords(detail.state)}, ${talked}`
}

function heardFile(dataFolder: string, number: string, id: string): string | undefined {
  const file = join(dataFolder, 'phones', number, id, 'heard.wav')
  return existsSync(file) ? file : undefined
}

/** Relative to here when it lies below, else absolute. */
function shortPath(file: string): string {
  const path = relative(process.cwd(), file)
  return path.startsWith('..') ? file : path
}

function collect(value: string, all: readonly string[] = []): readonly string[] {
  if (!value.includes('=')) throw new CommandError(`--param ${value}: write name=value`)
  return [...all, value]
}
