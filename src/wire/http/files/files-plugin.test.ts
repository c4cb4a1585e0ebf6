import { createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../../fakes/fake-clock.ts'
import { silentLog } from '../../../lib/log.ts'
import type { RecordingFile, Unreachable } from '../../../recordings/file-desk.ts'
import { linkLifeMs, signLink } from '../../../recordings/file-link.ts'
import type { ByteSpan } from '../../../recordings/object-store.ts'
import { filesPlugin } from './files-plugin.ts'

const link = { proof: (text: string) => createHmac('sha256', 'key').update(text).digest() }
const recordingId = '0123456789abcdef0123456789abcdef01234567'
const etag = `"${recordingId}"`
const content = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 256))

const theFile: RecordingFile = {
  ...{ recordingId, callId: '116012354148^102813140000', bytes: content.length },
  endedAt: Date.UTC(2024, 0, 2, 3, 4, 5),
  read: async (span?: ByteSpan) =>
    Readable.from([span === undefined ? content : content.subarray(span.first, span.last + 1)]),
}

function house(found: RecordingFile | Unreachable | undefined | Error = theFile) {
  const clock = new FakeClock()
  const asked: string[] = []
  const desk = {
    async find(id: string) {
      asked.push(id)
      if (found instanceof Error) throw found
      return found
    },
  }
  const app = fastify({ exposeHeadRoutes: false })
  app.register(filesPlugin({ desk, link, clock, log: silentLog }))
  const url = signLink(link, recordingId, clock.now() + linkLifeMs)
  const ask = (headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET', at = url) =>
    app.inject({ method, url: at, headers })
  return { clock, asked, url, ask }
}

describe('a recording at its URL', () => {
  it('is handed out whole, for its owner to keep', async () => {
    const { ask } = house()
    const { statusCode, headers, rawPayload } = await ask()
    expect(statusCode).toBe(200)
    expect(rawPayload.equals(content)).toBe(true)
    expect(headers).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': '1000',
      'content-disposition': 'attachment; filename="116012354148-102813140000.wav"',
      'cache-control': 'private, no-transform',
      'accept-ranges': 'bytes',
      'last-modified': 'Tue, 02 Jan 2024 03:04:05 GMT',
      'x-content-type-options': 'nosniff',
      etag,
    })
  })

  it('is described by HEAD, without its bytes, whatever range is named', async () => {
    const { ask } = house()
    const { statusCode, headers, rawPayload } = await ask({ range: 'bytes=0-9' }, 'HEAD')
    expect([statusCode, rawPayload.length, headers['content-length'], headers.etag]).toEqual([200, 0, '1000', etag])
  })

  it.each([
    ['bytes=0-43', 0, 43],
    ['bytes=44-', 44, 999],
    ['bytes=-10', 990, 999],
    ['bytes=500-9999', 500, 999],
  ])('%s is a part of it', async (range, first, last) => {
    const { statusCode, headers, rawPayload } = await house().ask({ range })
    expect([statusCode, headers['content-range'], headers['content-length']]).toEqual([
      206,
      `bytes ${first}-${last}/1000`,
      String(last - first + 1),
    ])
    expect(rawPayload.equals(content.subarray(first, last + 1))).toBe(true)
  })

  it('says how long it is when a range begins behind its end', async () => {
    const { statusCode, headers, body } = await house().ask({ range: 'bytes=1000-' })
    expect([statusCode, headers['content-range']]).toEqual([416, 'bytes */1000'])
    expect(JSON.parse(body)).toMatchObject({ Code: 'RangeNotSatisfiable' })
  })

  it.each([
    [{ 'if-range': etag }, 206],
    [{ 'if-range': 'Tue, 02 Jan 2024 03:04:05 GMT' }, 206],
    [{ 'if-range': `W/${etag}` }, 200],
    [{ 'if-range': '"another"' }, 200],
    [{ 'if-none-match': etag }, 304],
    [{ 'if-none-match': `"a", W/${etag}` }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"another"' }, 206],
  ])('with a range and %o it answers %i', async (condition, status) => {
    const { statusCode, rawPayload } = await house().ask({ range: 'bytes=0-9', ...condition })
    expect([statusCode, rawPayload.length]).toEqual([status, { 200: 1_000, 206: 10, 304: 0 }[status]])
  })

  it('is closed after seven days, and says what to do', async () => {
    const { clock, asked, ask } = house()
    await clock.advance(linkLifeMs - 1_000)
    expect((await ask()).statusCode).toBe(200)
    await clock.advance(1_000)
    const { statusCode, headers, body } = await ask()
    expect([statusCode, headers['cache-control']]).toEqual([403, 'no-store'])
    expect(JSON.parse(body)).toMatchObject({
      Code: 'LinkExpired',
      Message: 'This URL has expired: it is good for seven days.',
      Remedy: expect.stringContaining('yuyin recording link'),
    })
    expect(asked).toHaveLength(1)
  })

  it.each([
    [undefined, 404, 'RecordingGone'],
    ['elsewhere' as const, 503, 'KeptElsewhere'],
    ['noStore' as const, 503, 'KeptElsewhere'],
    ['lost' as const, 503, 'FileUnavailable'],
    [new Error('the database is away'), 503, 'FileUnavailable'],
    [{ ...theFile, read: () => Promise.reject(new Error('no answer')) }, 503, 'FileUnavailable'],
  ])('says so when it cannot be had: %s', async (found, status, code) => {
    const answer = found === undefined ? await nobody().ask() : await house(found).ask()
    expect(answer.statusCode).toBe(status)
    expect(JSON.parse(answer.body)).toMatchObject({ Code: code })
    expect(answer.headers).not.toHaveProperty('etag')
  })
})

function nobody() {
  const { ask: _, ...rest } = house()
  const app = fastify()
  app.register(filesPlugin({ desk: { find: async () => undefined }, link, clock: rest.clock, log: silentLog }))
  return { ask: () => app.inject({ url: rest.url }) }
}

describe('a URL that was not made here', () => {
  it('opens nothing and looks nothing up, whatever it says', async () => {
    const { asked, url, ask } = house()
    const piece = fc.constantFrom(
      '..',
      '%2e%2e',
      '/',
      '%2f',
      '.wav',
      '%00',
      recordingId,
      '?',
      '&',
      'expires=9999999999',
    )
    const paths = fc.array(fc.oneof(piece, fc.webSegment()), { maxLength: 8 }).map((pieces) => pieces.join(''))
    const queries = fc.constantFrom('', url.slice(url.indexOf('?')), '?expires=9999999999&signature=')
    await fc.assert(
      fc.asyncProperty(paths, queries, async (path, query) => {
        const target = `/files/recordings/${path}${query}`
        fc.pre(target !== url)
        const { statusCode } = await ask({}, 'GET', target)
        expect([400, 403, 404, 414]).toContain(statusCode)
      }),
      { numRuns: 300 },
    )
    expect(asked).toEqual([])
  })

  it.each([
    ['another recording', (url: string) => url.replace('0123', '3210')],
    ['a later end', (url: string) => url.replace(/expires=(\d)/, 'expires=9$1')],
    ['the end twice', (url: string) => `${url}&expires=9999999999`],
    ['the signature twice', (url: string) => `${url}&signature=x`],
    ['no signature', (url: string) => url.replace(/&signature.*/, '')],
    ['another way to write it', (url: string) => url.replace('0123', '%30123')],
    ['another ending', (url: string) => url.replace('.wav', '.json')],
  ])('is refused for %s', async (_, change) => {
    const { asked, url, ask } = house()
    const { statusCode, body } = await ask({}, 'GET', change(url))
    expect([statusCode, asked]).toEqual([403, []])
    expect(JSON.parse(body)).toMatchObject({ Code: 'LinkForged' })
  })

  it('may carry what others add to URLs', async () => {
    const { url, ask } = house()
    expect((await ask({}, 'GET', `${url}&utm_source=mail`)).statusCode).toBe(200)
  })
})
