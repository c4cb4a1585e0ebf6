import type { Command } from 'commander'
import type { Config } from '../../config.ts'
import { callIdPattern } from '../../domain/call/call-id.ts'
import { systemClock } from '../../lib/clock.ts'
import { drawLadder } from '../../traces/ladder.ts'
import { unpackTrace } from '../../traces/pack-trace.ts'
import { readWhenWritten } from '../../traces/read-when-written.ts'
import type { TraceEntry } from '../../traces/trace-entry.ts'
import { writePcap } from '../../traces/write-pcap.ts'
import { type Management, manage } from '../management.ts'
import { writeNamed } from '../named-file.ts'
import { CommandError } from '../output.ts'
import { ProgressLine } from '../ring/progress-line.ts'

/** `yuyin trace <CallId>`: what was on the line. */
export function traceCommand(): Command {
  return manage(
    'trace <CallId>',
    'draw what happened to a call: SIP messages, states, audio counters',
    showTrace,
    'service',
  )
    .option('--messages', 'every SIP message with all its lines; credentials and keys are left out')
    .option('--pcap <file>', 'write the SIP messages to a capture file for Wireshark instead')
}

async function showTrace(
  { store, output, config }: Management,
  [callId = '']: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (!callIdPattern.test(callId)) {
    throw new CommandError(
      `'${callId}' is no CallId. One looks like 116012854210^102814279000; quote it for the shell.`,
    )
  }
  const { entries, isAlive } = await awaitedTrace(callId, store.traces, config.traceDays)
  if (entries.length === 0) {
    throw new CommandError(`There is no trace of call ${callId}${isAlive ? ' yet' : ''}. ${whyNone(config, isAlive)}`)
  }
  const file = options['pcap']
  if (typeof file === 'string') {
    await writeNamed(file, writePcap(entries), 0o600)
    const messages = entries.filter(({ kind }) => kind === 'sip').length
    output.result({ file, messages }, () => `${messages} messages are in ${file}.`)
    return
  }
  output.result(entries, () => drawLadder(entries, { whole: options['messages'] === true }))
}

/** A trace is written a moment after its call, which is what most people ask about. */
async function awaitedTrace(callId: string, traces: Management['store']['traces'], traceDays: number) {
  const read = () => readTrace(callId, traces)
  const progress = () => traces.progressOf(callId)
  const line = new ProgressLine(process.stderr, systemClock)
  try {
    return await readWhenWritten({
      read,
      progress,
      clock: systemClock,
      isKept: traceDays > 0,
      waits: (why) => line.show(why),
    })
  } finally {
    line.clear()
  }
}

async function readTrace(callId: string, traces: Management['store']['traces']): Promise<TraceEntry[]> {
  const parts = await Promise.all((await traces.read(callId)).map(unpackTrace))
  // Two nodes may have told of one call: the one that died, and the one that closed it.
  return parts.flat().sort((one, other) => one.at - other.at)
}

function whyNone({ traceDays }: Config, isAlive: boolean): string {
  if (traceDays === 0) return 'No traces are kept: YUYIN_TRACE_DAYS is 0.'
  if (isAlive) return 'The call goes on: ask again when it is over.'
  return `They are kept for ${traceDays} days (YUYIN_TRACE_DAYS); of a call that was never accepted there is none.`
}
