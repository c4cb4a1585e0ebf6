import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Clock } from '../../lib/clock.ts'
import { CallOver } from '../pause.ts'
import type { PhoneCallRecord } from '../phone-call-record.ts'
import type { Phones } from '../phones.types.ts'
import { readCall, readNumber, readWait } from './read-request.ts'

/** What happened on a phone. */
export function callRoutes(
  app: FastifyInstance,
  options: { phones: Phones; clock: Clock; closing: AbortSignal },
): void {
  const { phones, clock, closing } = options

  app.get<{ Params: { number: string } }>('/:number/calls', async (request, reply) => {
    const number = readNumber(request.params.number)
    const query = readWait(request.query)
    // `now` is what a client says as `since` next time, in the clock of this node.
    const now = clock.now()
    if (query === undefined) return { number, now, calls: phones.calls(number).map(withoutTexts) }
    const signal = AbortSignal.any([closing, whenGone(reply)])
    const calls = await phones.endedSince(number, query.since ?? now, query.waitMs, signal).catch(noneWhenOver)
    return { number, now: clock.now(), calls: calls.map(withoutTexts) }
  })

  app.get<{ Params: { number: string; id: string } }>('/:number/calls/:id', (request) =>
    readCall(phones, request.params),
  )
}

/** In a list the messages are named, not shown. */
function withoutTexts(record: PhoneCallRecord): object {
  const timeline = record.timeline.map((entry) => {
    if (entry.kind !== 'sip') return entry
    const { text: _, ...named } = entry
    return named
  })
  return { ...record, timeline }
}

/** Aborts when the client closed its connection. */
function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}

/** The wait was called off: the client has gone, or the node stops. */
function noneWhenOver(error: unknown): PhoneCallRecord[] {
  if (error instanceof CallOver) return []
  throw error
}
