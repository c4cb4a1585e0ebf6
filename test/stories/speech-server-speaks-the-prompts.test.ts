import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import { startSpeech } from '../../src/speech/speech.ts'
import { httpSynthesizer } from '../../src/speech/tts/http-synthesizer.ts'
import { listenOnLoopback } from '../sockets/ports.ts'

let server: Server
let url: string
let answer: RequestListener

beforeEach(async () => {
  server = createServer((request, response) => answer(request, response))
  const port = await listenOnLoopback(server)
  url = `http://127.0.0.1:${port}/say`
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const tone = (durationMs: number) =>
  writeWav(
    Int16Array.from({ length: 16 * durationMs }, (_, i) => Math.round(9000 * Math.sin(i / 5))),
    16_000,
  )

describe('a speech server of the operator', () => {
  it('speaks the prompts: it gets the words and their language, and what it answers is played', async () => {
    const asked: { path: string | undefined; language: string | undefined; words: string }[] = []
    answer = async (request: IncomingMessage, response) => {
      asked.push({
        path: request.url,
        language: request.headers['content-language'],
        words: await textOf(request),
      })
      response.writeHead(200, { 'content-type': 'audio/wav' }).end(tone(500))
    }
    const cacheDir = await mkdtemp(join(tmpdir(), 'speech-server-'))
    const parts = { log: silentLog, clock: systemClock, voices: async () => undefined }
    const speech = await startSpeech({ ...parts, cacheDir, synthesizer: 'http', synthesizerUrl: url })
    try {
      asked.length = 0
      const { durationMs } = await speech.speak('请到A座')
      expect(new Set(asked)).toEqual(
        new Set([
          { path: '/say', language: 'zh-CN', words: '请到' },
          { path: '/say', language: 'en-US', words: 'A' },
          { path: '/say', language: 'zh-CN', words: '座' },
        ]),
      )
      expect(durationMs).toBe(3 * 530)
    } finally {
      await speech.close()
      await rm(cacheDir, { recursive: true })
    }
  })

  it('gets the credentials of its address as a header, and they are shown nowhere', async () => {
    let authorization: string | undefined
    answer = (request, response) => {
      authorization = request.headers.authorization
      response.end(tone(10))
    }
    const address = url.replace('//', '//operator:p%40ss@')
    const synthesizer = httpSynthesizer({ url: address, clock: systemClock })
    await synthesizer.synthesize('one', 'en')
    expect(authorization).toBe(`Basic ${Buffer.from('operator:p@ss').toString('base64')}`)
    expect(`${synthesizer.name} ${synthesizer.identity}`).not.toContain('p%40ss')
  })

  it.each<[string, RequestListener]>([
    ['answered with status 500', (_request, response) => response.writeHead(500).end('no')],
    ['the answer is not a WAV file: not a RIFF/WAVE file', (_request, response) => response.end('no')],
    ['fetch failed', (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['the answer is larger than 20971520 bytes', (_request, response) => response.end(Buffer.alloc(21_000_000))],
    ['fetch failed', (request) => request.socket.destroy()],
  ])('whose fault it is fails the phrase, saying: %s', async (why, listener) => {
    answer = listener
    const failing = httpSynthesizer({ url, clock: systemClock }).synthesize('one', 'en')
    await expect(failing).rejects.toThrow(why)
    await expect(failing).rejects.toMatchObject({ name: 'SynthesisFailed' })
  })

  it('that does not answer is given up', async () => {
    const clock = new FakeClock()
    const arrived = new Promise<void>((resolve) => {
      answer = () => resolve()
    })
    const failing = expect(httpSynthesizer({ url, clock }).synthesize('one', 'en')).rejects.toThrow('no answer within')
    await arrived
    await clock.advance(20_000)
    await failing
    expect(clock.pendingTimers).toBe(0)
  })

  it('that is not there keeps speech from starting', async () => {
    server.close()
    const parts = { log: silentLog, clock: systemClock, voices: async () => undefined, cacheDir: tmpdir() }
    const starting = startSpeech({ ...parts, synthesizer: 'http', synthesizerUrl: url })
    await expect(starting).rejects.toMatchObject({ name: 'SpeechUnavailable' })
    await expect(starting).rejects.toThrow('ECONNREFUSED')
  })
})
