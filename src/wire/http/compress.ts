import { gzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'

/** Shorter answers are sent as they are: they fit a packet anyway, and most answers of the API are that short. */
const worthwhileBytes = 1024

const compressible = /^(?:text\/|application\/(?:json|xml|javascript)|image\/svg)/

/** Answers in gzip to those who ask for it (RFC 9110 §12.5.3): texts of a kilobyte and more, whatever route they come from. */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const isText = typeof payload === 'string' || Buffer.isBuffer(payload)
    const type = String(reply.getHeader('content-type') ?? '')
    if (
      !isText ||
      payload.length < worthwhileBytes ||
      reply.hasHeader('content-encoding') ||
      !compressible.test(type)
    ) {
      return done(null, payload)
    }
    reply.header('vary', varyWith(reply.getHeader('vary'), 'accept-encoding'))
    if (!asksForGzip(String(request.headers['accept-encoding'] ?? ''))) return done(null, payload)
    gzip(payload, (error, compressed) => {
      if (error !== null) return done(error)
      reply.header('content-encoding', 'gzip').removeHeader('content-length')
      done(null, compressed)
    })
  })
}

/** Whether `Accept-Encoding` names gzip, or leaves the choice to us, with a weight above 0. */
export function asksForGzip(acceptEncoding: string): boolean {
  const weights = new Map(acceptEncoding.toLowerCase().split(',').map(readCoding))
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0
}

function readCoding(text: string): [coding: string, weight: number] {
  const [coding = '', ...parameters] = text.split(';').map((part) => part.trim())
  const weight = parameters.find((part) => part.startsWith('q='))?.slice(2) ?? '1'
  return [coding, /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0]
}

/** `Vary` with one more name. */
export function varyWith(vary: number | string | string[] | undefined, name: string): string {
  const names = vary === undefined ? [] : String(vary).split(/, */)
  return [...new Set([...names, name])].join(', ')
}
