import { PassThrough } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '../../lib/clock.ts'
import { Rounds } from '../../lib/rounds.ts'
import { MediaUnavailable } from '../../media/media.ts'
import type { PhoneCallRecord, TimelineEntry } from '../phone-call-record.ts'
import type { Phones } from '../phones.types.ts'
import { readNumber } from './read-request.ts'
import { Refusal } from './refusal.ts'

const mostStreams = 256
/** A reader that is further behind than this is cut off: it reconnects and sees the call as it is then. */
const mostUnreadBytes = 1024 * 1024
const tickMs = 1000
/** Proxies close connections that say nothing. */
const ticksBetweenComments = 15

/**
 * `GET /phones/{number}/events`: what happens on a phone, live (server-sent events). `call`: a call came in, or runs
 * already (its record) · `sip`, `state`, `step`, `keyHeard`, `keysPressed`, `audio`, `changed`, `problem`: entries of its
 * timeline, with its `id` · `heard`: once a second after the answer · `ended`: the complete record.
 */
export function eventRoutes(
  app: FastifyInstance,
  options: { phones: Phones; clock: Clock; closing: AbortSignal },
): void {
  const { phones, clock, closing } = options
  let streams = 0
  app.get<{ Params: { number: string } }>('/:number/events', { exposeHeadRoute: false }, (request, reply) => {
    const number = readNumber(request.params.number)
    if (streams >= mostStreams) throw new Refusal('tooManyStreams', `${mostStreams} event streams are open; close some`)
    streams++
    const stream = openStream(number, phones, clock)
    const end = () => stream.end()
    closing.addEventListener('abort', end)
    stream.once('close', () => {
      closing.removeEventListener('abort', end)
      streams--
    })
    return reply.type('text/event-stream; charset=utf-8').header('cache-control', 'no-store').send(stream)
  })
}

function openStream(number: string, phones: Phones, clock: Clock): PassThrough {
  const stream = new PassThrough()
  const write = (text: string) => {
    if (!stream.writable) return
    if (stream.readableLength + stream.writableLength > mostUnreadBytes) stream.destroy()
    else stream.write(text)
  }
  const send = (event: string, data: object) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)

  const called = (record: PhoneCallRecord) => record.number === number && send('call', record)
  const entered = (record: PhoneCallRecord, entry: TimelineEntry) =>
    record.number === number && send(entry.kind, { id: record.id, ...entry })
  const ended = (record: PhoneCallRecord) => record.number === number && send('ended', record)
  const closing = () => stream.end()
  let tick = 0
  const tell = async () => {
    if (++tick % ticksBetweenComments === 0) write(': the line is open\n\n')
    const record = phones.calls(number).at(-1)
    if (record?.state !== 'answered' || record.answeredAt === undefined) return
    const rtp = await phones.liveStatistics(number)
    // heardSeconds: length of the recording so far.
    const heardSeconds = Math.round((clock.now() - record.answeredAt) / 100) / 10
    if (rtp !== undefined) send('heard', { id: record.id, at: clock.now(), heardSeconds, rtp })
  }
  const ticks = new Rounds({
    everyMs: tickMs,
    clock,
    work: tell,
    failed: (error) => {
      // The media process is started again: there is nothing to tell in this second.
      if (!(error instanceof MediaUnavailable))
        stream.destroy(error instanceof Error ? error : new Error(String(error)))
    },
  })
  ticks.start()

  phones.on('called', called).on('entry', entered).on('ended', ended).on('closing', closing)
  const stop = () => {
    ticks.stop()
    phones.off('called', called).off('entry', entered).off('ended', ended).off('closing', closing)
  }
  stream.once('finish', stop).once('close', stop)

  write(': events of one phone\n\n')
  const running = phones.calls(number).at(-1)
  if (running !== undefined && running.endedAt === undefined) send('call', running)
  return stream
}
