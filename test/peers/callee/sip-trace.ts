import { readFile } from 'node:fs/promises'

/** A message as sipp wrote it into its message log. */
export interface TracedMessage {
  /** Seen from sipp. */
  readonly direction: 'received' | 'sent'
  /** `INVITE sip:… SIP/2.0`, `SIP/2.0 486 Busy Here` */
  readonly startLine: string
  /** `INVITE`; of a response, the method it answers. */
  readonly method: string
  /** Status of a response. */
  readonly status: number | undefined
  /** The first header of that name, written in full; empty when there is none. */
  header(name: string): string
}

/** Reads the log of `sipp -trace_msg`. What `-lost` takes away on arrival is in it, what it takes away on leaving is not. */
export async function readTrace(file: string): Promise<TracedMessage[]> {
  // A rule with the time stands above each message, sometimes behind a remark ("UDP message lost (recv).").
  const blocks = (await readFile(file, 'utf8')).split(/-{40,} \d{4}-.*$/m)
  return blocks.flatMap((block) => readBlock(block) ?? [])
}

function readBlock(block: string): TracedMessage | undefined {
  const [, verb, text] = /^\w+ message (received|sent)\b[^\n]*:\n+(.*)/s.exec(block.trimStart()) ?? []
  if (text === undefined) return undefined
  const [startLine = '', ...lines] = text.split(/\r?\n/)
  const header = (name: string) => {
    const start = `${name.toLowerCase()}:`
    const line = lines.find((one) => one.toLowerCase().startsWith(start)) ?? ''
    return line.slice(start.length).trim()
  }
  const [, status] = /^SIP\/2\.0 (\d{3}) /.exec(startLine) ?? []
  return {
    direction: verb === 'sent' ? 'sent' : 'received',
    startLine,
    method: header('CSeq').split(' ')[1] ?? '',
    status: status === undefined ? undefined : Number(status),
    header,
  }
}

/** The requests of that method that came in, repetitions included. */
export function requestsOf(trace: readonly TracedMessage[], method: string): TracedMessage[] {
  return trace.filter(
    (message) => message.direction === 'received' && message.status === undefined && message.method === method,
  )
}

/** How the far end was dialled: for each Call-ID the branches of its INVITEs. A repetition keeps its branch (RFC 3261 §17.1.1.2). */
export function dialledCalls(trace: readonly TracedMessage[]): Map<string, Set<string>> {
  const calls = new Map<string, Set<string>>()
  for (const invite of requestsOf(trace, 'INVITE')) {
    const callId = invite.header('Call-ID')
    const [, branch = ''] = /branch=([^;]+)/.exec(invite.header('Via')) ?? []
    calls.set(callId, (calls.get(callId) ?? new Set()).add(branch))
  }
  return calls
}
