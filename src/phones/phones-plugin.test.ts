import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { type FakeIncomingCall, FakeUserAgent } from '../../fakes/fake-incoming-call.ts'
import { FakeMedia } from '../../fakes/fake-media.ts'
import { silentLog } from '../lib/log.ts'
import { writeWav } from '../media/codec/wav-writer.ts'
import { makeTone } from '../media/tone/make-tone.ts'
import type { Phones } from './phones.types.ts'
import { phonesPlugin } from './phones-plugin.ts'
import { makeSipTrace } from './sip-trace.ts'
import { startPhones } from './start-phones.ts'

const number = '13912345678'
let dataDir: string
let clock: FakeClock
let sip: FakeUserAgent
let media: FakeMedia
let phones: Phones
let app: FastifyInstance

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'phones-'))
  clock = new FakeClock()
  sip = new FakeUserAgent()
  media = new FakeMedia(clock)
  await open()
})

afterEach(async () => {
  await app.close()
  await phones.close()
  expect(clock.pendingTimers).toBe(0)
  await rm(dataDir, { recursive: true })
})

async function open(limits?: { perPhone: number; total: number; recordedBytes: number }): Promise<void> {
  const trace = makeSipTrace()
  phones = await startPhones({ sip, media, trace, dataDir, clock, log: silentLog, ...(limits && { limits }) })
  app = fastify()
  await app.register(phonesPlugin({ phones, clock, log: silentLog }))
  await app.ready()
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await clock.advance(0)
}

async function answeredCall(to = number): Promise<FakeIncomingCall> {
  const call = sip.call(to)
  await clock.advance(1000)
  await until(() => call.acts.includes('200 sdp'))
  call.acknowledge()
  return call
}

/** A whole call, hung up by the caller. @returns its id */
async function wholeCall(to = number): Promise<string> {
  const call = await answeredCall(to)
  call.bye()
  await until(() => phones.calls(to).at(-1)?.endedAt !== undefined)
  await clock.advance(2000)
  return phones.calls(to).at(-1)?.id ?? ''
}

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers })
const put = (url: string, payload: Buffer | string | object) => app.inject({ method: 'PUT', url, payload })

describe('/phones/{number}', () => {
  it('tells the standard ending, takes another, and restores it', async () => {
    const before = (await get(`/phones/${number}`)).json()
    expect(before).toEqual({
      number,
      source: 'standard',
      meaning: 'answers after 1 s and listens to the end',
      script: { steps: [{ ring: 1 }, { answer: true }, { listen: true }] },
    })
    const script = { steps: [{ ring: 2 }, { reject: 603, cause: 21, text: 'no' }], faults: { lateBye: 1 } }
    const answer = await put(`/phones/+${number}`, script)
    expect(answer.json()).toMatchObject({ number, source: 'script', script })
    expect((await get(`/phones/${number}`)).json()).toEqual(answer.json())
    expect((await app.inject({ method: 'DELETE', url: `/phones/${number}` })).json()).toEqual(before)
  })

  it('takes a bare list of steps, whatever the content type says', async () => {
    const url = `/phones/${number}`
    const answer = await app.inject({
      method: 'PUT',
      url,
      payload: '[{"reject":486}]',
      headers: { 'content-type': 'text/plain' },
    })
    expect(answer.json().script).toEqual({ steps: [{ reject: 486 }] })
    expect(sip.call(number).acts).toEqual(['486'])
  })

  it.each<[string, Buffer | string, string, string]>([
    ['no body', '', 'badJson', 'send a script as JSON'],
    ['no JSON', '{', 'badJson', 'not JSON in UTF-8'],
    ['bytes that are no text', Buffer.from([0x5b, 0xff, 0x5d]), 'badJson', 'not JSON in UTF-8'],
    ['a bad step', '[{"ring":2},{"dance":1}]', 'badScript', 'step 2'],
    ['speech without a voice', '[{"answer":true},{"say":"好"}]', 'badScript', 'no speech synthesiser'],
    ['a file that is not there', '[{"answer":true},{"play":"x.wav"}]', 'badScript', 'PUT /phones/audio/x.wav'],
  ])('refuses %s', async (_, body, code, message) => {
    const answer = await put(`/phones/${number}`, body)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual({ code, message: expect.stringContaining(message) })
  })

  it('refuses what is too large', async () => {
    const answer = await put(`/phones/${number}`, ' '.repeat(70_000))
    expect(answer.statusCode).toBe(413)
    expect(answer.json()).toMatchObject({ code: 'tooLarge' })
  })

  it.each(['/phones/alice', '/phones/..%2f..%2fetc', '/phones/1%00', `/phones/${'1'.repeat(33)}`])(
    'refuses the number of %s',
    async (url) => {
      expect((await get(url)).json()).toMatchObject({ code: 'badNumber' })
    },
  )

  it('names the paths that exist when asked for another', async () => {
    const answer = await get(`/phones/${number}/nothing/here`)
    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toMatchObject({
      code: 'noSuchPath',
      message: expect.stringContaining('/phones/{number}/calls'),
    })
  })
})

describe('/phones/audio', () => {
  it('takes any WAV and plays it as 8 kHz mono', async () => {
    const wav = writeWav(makeTone([1000], 500, -12, 16_000), 16_000)
    expect((await put('/phones/audio/beep.wav', wav)).json()).toEqual({ file: 'beep.wav' })
    const kept = await readFile(join(dataDir, 'phones/audio/beep.wav'))
    expect(kept.readUInt32LE(24)).toBe(8000)
    expect((await put(`/phones/${number}`, [{ answer: true }, { play: 'beep.wav' }])).statusCode).toBe(200)
  })

  it('refuses other bytes and other names', async () => {
    expect((await put('/phones/audio/beep.wav', 'no sound')).json()).toMatchObject({ code: 'badAudio' })
    for (const name of ['..%2fx.wav', '.x.wav', 'x.mp3', '%2e%2e.wav']) {
      expect((await put(`/phones/audio/${name}`, 'no sound')).json()).toMatchObject({ code: 'badAudio' })
    }
    expect(await readdir(join(dataDir, 'phones/audio'))).toEqual(['tones'])
  })
})

describe('/phones', () => {
  it('lists the phones that have calls or a script', async () => {
    await put('/phones/1', [{ wait: 1 }])
    await answeredCall()
    expect((await get('/phones')).json()).toEqual({
      phones: [
        { number: '1', behaviour: 'script', meaning: expect.any(String), calls: 0, isBusy: false },
        {
          number,
          behaviour: 'standard',
          meaning: expect.any(String),
          calls: 1,
          isBusy: true,
          lastCallAt: clock.now() - 1000,
        },
      ],
    })
  })
})

describe('/phones/{number}/calls', () => {
  it('tells what happened; one call with everything', async () => {
    const id = await wholeCall()
    const { calls } = (await get(`/phones/${number}/calls`)).json()
    expect(calls).toMatchObject([{ id, state: 'ended', end: { by: 'caller', how: 'hungUp' }, from: '057128880000' }])
    expect((await get(`/phones/${number}/calls/${id}`)).json()).toEqual(calls[0])
    expect((await get('/phones/1/calls')).json()).toMatchObject({ calls: [] })
  })

  it.each(['1-1', '..%2f..%2fscript'])('knows no call %s', async (id) => {
    expect((await get(`/phones/${number}/calls/${id}`)).json()).toMatchObject({ code: 'noSuchCall' })
  })

  it('waits for the end of a call, and finds one that ended since', async () => {
    const since = clock.now()
    const call = await answeredCall()
    const waiting = get(`/phones/${number}/calls?wait=60`)
    await clock.advance(10_000)
    call.bye()
    const waited = (await waiting).json()
    expect(waited.calls).toHaveLength(1)
    expect((await get(`/phones/${number}/calls?since=${since}`)).json().calls).toEqual(waited.calls)
    expect((await get(`/phones/${number}/calls?wait=60&since=${since}`)).json().calls).toEqual(waited.calls)
    expect((await get(`/phones/${number}/calls?since=${waited.now}`)).json().calls).toEqual([])
  })

  it('answers an empty list when nothing ended in time, and when the node stops', async () => {
    const waiting = get(`/phones/${number}/calls?wait=5`)
    await clock.advance(5000)
    expect((await waiting).json()).toMatchObject({ calls: [] })
    const cutOff = get(`/phones/${number}/calls?wait=60`)
    await clock.advance(0)
    await phones.close()
    expect((await cutOff).json()).toMatchObject({ calls: [] })
  })

  it.each(['wait=x', 'wait=-1', 'wait=121', 'wait=1&wait=2', 'since=yesterday', 'limit=3'])(
    'refuses ?%s',
    async (query) => {
      expect((await get(`/phones/${number}/calls?${query}`)).json()).toMatchObject({ code: 'badQuery' })
    },
  )
})

describe('what was heard', () => {
  const tone = makeTone([880], 600)

  it('is a WAV, whole or in ranges, and its timing', async () => {
    media.heard = new Int16Array([...new Int16Array(8000), ...tone, ...new Int16Array(4000)])
    const id = await wholeCall()
    const whole = await get(`/phones/${number}/heard.wav`)
    expect(whole.headers).toMatchObject({ 'content-type': 'audio/wav', 'accept-ranges': 'bytes' })
    expect(whole.rawPayload).toEqual(writeWav(media.heard))
    const part = await get(`/phones/${number}/calls/${id}/heard.wav`, { range: 'bytes=0-3' })
    expect(part.statusCode).toBe(206)
    expect(part.payload).toBe('RIFF')
    expect(part.headers['content-range']).toBe(`bytes 0-3/${whole.rawPayload.length}`)
    const beyond = await get(`/phones/${number}/heard.wav`, { range: 'bytes=999999-' })
    expect(beyond.statusCode).toBe(416)
    expect(beyond.headers['content-range']).toBe(`bytes */${whole.rawPayload.length}`)

    const report = (await get(`/phones/${number}/heard.json`)).json()
    expect(report).toMatchObject({ durationMs: 2100, rtp: { packetsReceived: 50 } })
    expect(report.tones).toMatchObject([{ frequencyHz: expect.closeTo(880, 0) }])
    expect(report.stretches.map(({ kind }: { kind: string }) => kind)).toEqual(['silence', 'tone', 'silence'])
    const kept = await readFile(join(dataDir, `phones/${number}/${id}/heard.json`), 'utf8')
    expect(JSON.parse(kept)).toEqual(report)
    expect((await get(`/phones/${number}/calls/${id}/heard.json`)).json()).toEqual(report)
  })

  it('is nothing before the answer, and not complete before the end', async () => {
    expect((await get(`/phones/${number}/heard.wav`)).json()).toMatchObject({ code: 'noSuchCall' })
    sip.call('13900000002')
    await until(() => phones.calls('13900000002')[0]?.endedAt !== undefined)
    expect((await get('/phones/13900000002/heard.json')).json()).toMatchObject({ code: 'nothingHeard' })
    await answeredCall()
    const running = await get(`/phones/${number}/heard.wav`)
    expect(running.statusCode).toBe(409)
    expect(running.json()).toMatchObject({ code: 'stillRunning', message: expect.stringContaining('wait=60') })
  })
})

describe('/phones/{number}/events', () => {
  /** Reads a stream to its end, which comes with the end of the phones. */
  async function events(during: () => Promise<void>): Promise<{ event: string; data: Record<string, unknown> }[]> {
    const stream = app.inject({ method: 'GET', url: `/phones/${number}/events` })
    await clock.advance(0)
    await during()
    await phones.close()
    const answer = await stream
    expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    return [...answer.payload.matchAll(/^event: (.*)\ndata: (.*)\n\n/gm)].map(([, event = '', data = '']) => ({
      event,
      data: JSON.parse(data),
    }))
  }

  it('tells the call as it goes, with what is heard each second', async () => {
    const seen = await events(async () => {
      const call = await answeredCall()
      sip.call('13900000002')
      await clock.advance(2500)
      media.session.emit('digit', '5', 100)
      call.bye()
      await until(() => phones.calls(number)[0]?.endedAt !== undefined)
    })
    const names = seen.map(({ event, data }) => (event === 'state' ? data['state'] : event))
    const story = ['call', 'step', 'ringing', 'step', 'answering', 'answered', 'step']
    expect(names).toEqual([...story, 'heard', 'heard', 'keyHeard', 'ended', 'ended'])
    expect(seen.find(({ event }) => event === 'heard')?.data).toMatchObject({ rtp: { packetsReceived: 50 } })
  })

  it('begins with the call that runs already', async () => {
    const call = await answeredCall()
    const seen = await events(async () => call.bye())
    expect(seen[0]).toMatchObject({ event: 'call', data: { number, state: 'answered' } })
  })
})

describe('history', () => {
  it('is found again after a restart, without what a crash cut off', async () => {
    const id = await wholeCall()
    const before = (await get(`/phones/${number}/calls`)).json().calls
    await answeredCall('13900000000')
    await app.close()
    // No phones.close(): the process is gone in the middle of a call.
    const crashed = phones
    await open()
    expect((await get(`/phones/${number}/calls`)).json().calls).toEqual(before)
    expect((await get(`/phones/${number}/calls/${id}/heard.json`)).json()).toMatchObject({ durationMs: 1000 })
    expect(phones.calls('13900000000')).toEqual([])
    await crashed.close()
  })

  it('keeps the newest calls of each phone and of all, with their files', async () => {
    await app.close()
    await phones.close()
    await open({ perPhone: 2, total: 3, recordedBytes: 1_000_000 })
    const ids = [await wholeCall(), await wholeCall(), await wholeCall()]
    expect(phones.calls(number).map(({ id }) => id)).toEqual(ids.slice(1))
    await wholeCall('1')
    await wholeCall('2')
    expect(phones.list().map((phone) => phone.number)).toEqual([number, '1', '2'])
    await phones.close()
    expect(await readdir(join(dataDir, 'phones', number))).toEqual(ids.slice(2))
  })

  it('keeps no more than so many bytes of recordings', async () => {
    await app.close()
    await phones.close()
    await open({ perPhone: 20, total: 20, recordedBytes: 40_000 })
    for (const to of ['1', '2', '3']) await wholeCall(to)
    expect(phones.list().map((phone) => phone.number)).toEqual(['2', '3'])
  })
})
