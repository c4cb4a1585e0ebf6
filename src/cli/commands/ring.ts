import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Command } from 'commander'
import { readEndpoints } from '../../endpoints.ts'
import { systemClock } from '../../lib/clock.ts'
import { devProfile } from '../../store/accounts/seed-dev-profile.ts'
import { addConfigOptions, configOf } from '../config-options.ts'
import { CommandError, createOutput, exitCodes } from '../output.ts'
import { openEvents } from '../ring/event-stream.ts'
import { followPhone, type PhoneEvent } from '../ring/follow-phone.ts'
import { drawRung, ladderHead, type Rung } from '../ring/ladder.ts'
import { outcomeWords } from '../ring/outcome-words.ts'
import { type ApiAnswer, type ApiClient, ask, askDetail, type CallDetail } from '../ring/place-call.ts'
import { ProgressLine } from '../ring/progress-line.ts'

interface RingOptions {
  readonly endpoint?: string
  readonly key: string
  readonly secret: string
  readonly show?: string
  readonly template?: string
  readonly param: readonly string[]
  readonly voice?: string
  readonly times?: string
  readonly volume?: string
  readonly speed?: string
  readonly outId?: string
  readonly json?: boolean
}

/** How long the record may take after the line is down. */
const recordPatienceMs = 15_000

/** `yuyin ring`: places one call through the signed API and shows what happens. */
export function ringCommand(): Command {
  const command = new Command('ring')
    .description(
      'place a call through the signed API and print its ladder; without a number a fresh virtual phone rings',
    )
    .argument('[number]', 'who is called')
    .option('--template <code>', 'text template', undefined)
    .option('--param <name=value>', 'template variable; may be repeated', collect, [])
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
    throw new CommandError(`No node runs on ${dataFolder}. 'npm start' starts one; --endpoint names one elsewhere.`)
  }
  const client: ApiClient = { endpoint, accessKeyId: options.key, secret: options.secret }
  const output = createOutput(process.stdout, options.json === true)
  const progress = new ProgressLine(process.stdout, systemClock)
  const giveUp = new AbortController()
  const hasPhones = node?.phones !== undefined && endpoint === node.http
  const events = hasPhones
    ? await openEvents<PhoneEvent>(`${endpoint}/phones/${number}/events`, giveUp.signal)
    : undefined

  const startedAt = Date.now()
  const { action, parameters } = requestOf(number, options)
  const answer = await ask(client, action, parameters)
  if (answer.Code !== 'OK' || answer.CallId === undefined) {
    giveUp.abort()
    refused(answer, action)
    return
  }
  const { CallId: callId } = answer
  output.line(`\n  ${action} → ${number}   CallId ${callId}\n`)
  const rungs: Rung[] = []
  const watcher = {
    onRung(rung: Rung) {
      rungs.push(rung)
      if (!output.json) progress.above(drawRung(rung))
    },
    onProgress(text: string) {
      if (!output.json) progress.show(text)
    },
  }
  if (events !== undefined) output.line(ladderHead('Yuyin', `phone ${number}`))
  watcher.onProgress('calling')
  const seen = events === undefined ? undefined : await followPhone(events, { callId, startedAt }, watcher)
  giveUp.abort()
  const detail = await waitForRecord(client, callId, hasPhones ? recordPatienceMs : Number.POSITIVE_INFINITY)
  progress.clear()
  if (detail === undefined) {
    throw new CommandError(
      `call ${callId} ended, but its record did not appear within 15 s; the log of the node tells why`,
    )
  }
  const heard = seen === undefined ? undefined : heardFile(dataFolder, number, seen.id)
  output.result(
    { callId, number, state: detail.state, outcome: outcomeWords(detail.state), detail, heard, rungs },
    () => `\n  ${summary(detail)}${heard === undefined ? '' : `\n  heard    ${shortPath(heard)}`}\n`,
  )
  process.exitCode = detail.state === '200000' ? exitCodes.done : exitCodes.no
}

function requestOf(number: string, options: RingOptions) {
  const given = {
    CalledShowNumber: options.show ?? (options.key === devProfile.accessKeyId ? devProfile.number : undefined),
    CalledNumber: number,
    PlayTimes: options.times,
    Volume: options.volume,
    Speed: options.speed,
    OutId: options.outId,
  }
  const common: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) if (value !== undefined) common[name] = value
  if (options.voice !== undefined) {
    return { action: 'SingleCallByVoice', parameters: { ...common, VoiceCode: options.voice } }
  }
  const isDefault = options.template === undefined && options.param.length === 0
  const variables = isDefault
    ? { code: String(randomInt(1000, 10_000)) }
    : Object.fromEntries(options.param.map((one) => one.split(/=(.*)/s).slice(0, 2)))
  return {
    action: 'SingleCallByTts',
    parameters: {
      PlayTimes: '1',
      ...common,
      TtsCode: options.template ?? devProfile.verificationTemplate,
      TtsParam: JSON.stringify(variables),
    },
  }
}

function refused(answer: ApiAnswer, action: string): void {
  process.stderr.write(
    `\n  ${action} was refused: ${answer.Code}\n  ${answer.Message}\n  RequestId ${answer.RequestId}\n\n`,
  )
  process.exitCode = exitCodes.no
}

/** The record is written a moment after the line is down; without virtual phones this is the whole wait. */
async function waitForRecord(client: ApiClient, callId: string, patienceMs: number): Promise<CallDetail | undefined> {
  const deadline = performance.now() + patienceMs
  do {
    const detail = await askDetail(client, callId)
    if (detail !== undefined && detail.state !== '') return detail
    await pause(patienceMs === Number.POSITIVE_INFINITY ? 1000 : 100)
  } while (performance.now() < deadline)
  return undefined
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

/** A number whose phone answers, and that was most likely not called in the last day. */
function freshNumber(): string {
  return `139${randomInt(10_000_000, 99_999_999)}`.replace(/00(\d\d)$/, '70$1')
}

function collect(value: string, all: readonly string[]): readonly string[] {
  if (!value.includes('=')) throw new CommandError(`--param ${value}: write name=value`)
  return [...all, value]
}
