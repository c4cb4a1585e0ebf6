import { chinaTime } from '../lib/china-time.ts'
import { formatHostPort } from '../sip/message/host-port.ts'
import type { TracedMessage, TracedSound, TraceEntry } from './trace-entry.ts'

const arrowColumns = 40
const timeColumns = 12

/**
 * Draws a trace: this end on the left, far ends on the right, time in seconds since the first entry. Each leg of the call,
 * and each trunk that was tried for it, has a number of its own in front of its messages when there is more than one.
 *
 * @param entries in the order of time
 * @param whole every message with all its lines
 */
export function drawLadder(entries: readonly TraceEntry[], { whole }: { whole: boolean }): string {
  const [first] = entries
  if (first === undefined) return ''
  const legs = [...new Set(entries.flatMap((entry) => (entry.kind === 'sip' ? [entry.sipCallId] : [])))]
  const lines = [`Began ${chinaTime(first.at)}, China time.`, ...legs.map((id, i) => legLine(id, i, entries))]
  lines.push('', `${' '.repeat(timeColumns)}this end${' '.repeat(arrowColumns - 6)}far end`)
  for (const entry of entries) {
    const time = `${((entry.at - first.at) / 1000).toFixed(3).padStart(timeColumns - 4)} s  `
    if (entry.kind === 'state') lines.push(`${time}│ ${entry.words}`)
    else if (entry.kind === 'sound') lines.push(`${time}│ ${soundWords(entry)}`)
    else if (entry.kind === 'sip') {
      const leg = legs.length > 1 ? `${legs.indexOf(entry.sipCallId) + 1}: ` : ''
      lines.push(`${time}${arrow(entry, `${leg}${summaryOf(entry.text)}`)}`)
      if (whole) lines.push('', ...indented(entry.text), '')
    }
  }
  return lines.join('\n')
}

function legLine(sipCallId: string, index: number, entries: readonly TraceEntry[]): string {
  const message = entries.find((entry) => entry.kind === 'sip' && entry.sipCallId === sipCallId)
  if (message?.kind !== 'sip') return ''
  const { local, remote, transport } = message
  const trunk = entries.flatMap((entry) =>
    entry.kind === 'leg' && entry.sipCallId === sipCallId ? `trunk ${entry.trunk}, ` : [],
  )
  return `Leg ${index + 1}: ${trunk.join('')}${formatHostPort(local)} ↔ ${formatHostPort(remote)}, ${transport}, Call-ID ${sipCallId}`
}

/** `INVITE`, or `486 Busy Here`; with audio described in it `INVITE (audio)`. */
function summaryOf(text: string): string {
  const [line = ''] = text.split('\r\n', 1)
  const words = line.startsWith('SIP/2.0 ') ? line.slice('SIP/2.0 '.length) : (line.split(' ', 1)[0] ?? '')
  return /^m=audio /m.test(text) ? `${words} (audio)` : words
}

function arrow({ direction }: TracedMessage, summary: string): string {
  const label = ` ${summary} `
  const dashes = Math.max(4, arrowColumns - label.length)
  const before = '─'.repeat(Math.floor(dashes / 2))
  const after = '─'.repeat(Math.ceil(dashes / 2))
  return direction === 'sent' ? `│${before}${label}${after}▶│` : `│◀${before}${label}${after}│`
}

/** What was counted, for people who ask why it sounded bad. */
function soundWords({ local, statistics }: TracedSound): string {
  const { packetsSent, packetsReceived, packetsLost, lossPercent, packetsLate, jitterMeanMs, jitterMaxMs } = statistics
  const { roundTripMs, mos, packetsForeign, farEnd } = statistics
  const words = [
    `audio at ${formatHostPort(local)}: sent ${packetsSent}, received ${packetsReceived}`,
    `lost ${packetsLost} (${lossPercent.toFixed(1)} %)`,
    `late ${packetsLate}`,
    `jitter ${jitterMeanMs.toFixed(1)} ms (at most ${jitterMaxMs.toFixed(1)})`,
  ]
  if (packetsForeign > 0) words.push(`${packetsForeign} from strangers dropped`)
  if (roundTripMs !== undefined) words.push(`round trip ${roundTripMs.toFixed(0)} ms`)
  if (farEnd !== undefined) words.push(`the far end lost ${farEnd.packetsLost} of ours`)
  words.push(mos === undefined ? 'nothing was heard' : `MOS ${mos.toFixed(2)}`)
  return words.join(', ')
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => `${' '.repeat(timeColumns + 2)}${line}`.trimEnd())
}
