import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PhoneBench } from '../../fakes/phone-bench.ts'
import { writeWav } from '../media/codec/wav-writer.ts'
import { makeTone } from '../media/tone/make-tone.ts'

const number = '13912345678'
let bench: PhoneBench

beforeEach(async () => {
  bench = await PhoneBench.open()
})

afterEach(() => bench.close())

describe('/phones/{number}', () => {
  it('tells the standard ending, takes another, and restores it', async () => {
    const before = (await bench.get(`/phones/${number}`)).json()
    expect(before).toEqual({
      number,
      source: 'standard',
      meaning: 'answers after 1 s and listens to the end',
      script: { steps: [{ ring: 1 }, { answer: true }, { listen: true }] },
    })
    const script = { steps: [{ ring: 2 }, { reject: 603, cause: 21, text: 'no' }], faults: { lateBye: 1 } }
    const answer = await bench.put(`/phones/+${number}`, script)
    expect(answer.json()).toMatchObject({ number, source: 'script', script })
    expect((await bench.get(`/phones/${number}`)).json()).toEqual(answer.json())
    expect((await bench.app.inject({ method: 'DELETE', url: `/phones/${number}` })).json()).toEqual(before)
  })

  it('takes a bare list of steps, whatever the content type says', async () => {
    const url = `/phones/${number}`
    const answer = await bench.app.inject({
      method: 'PUT',
      url,
      payload: '[{"reject":486}]',
      headers: { 'content-type': 'text/plain' },
    })
    expect(answer.json().script).toEqual({ steps: [{ reject: 486 }] })
    expect(bench.sip.ring(number).acts).toEqual(['486'])
  })

  it.each<[string, Buffer | string, string, string]>([
    ['no body', '', 'badJson', 'send a script as JSON'],
    ['no JSON', '{', 'badJson', 'not JSON in UTF-8'],
    ['bytes that are no text', Buffer.from([0x5b, 0xff, 0x5d]), 'badJson', 'not JSON in UTF-8'],
    ['a bad step', '[{"ring":2},{"dance":1}]', 'badScript', 'step 2'],
    ['speech without a voice', '[{"answer":true},{"say":"好"}]', 'badScript', 'no speech synthesiser'],
    ['a file that is not there', '[{"answer":true},{"play":"x.wav"}]', 'badScript', 'PUT /phones/audio/x.wav'],
  ])('refuses %s', async (_, body, code, message) => {
    const answer = await bench.put(`/phones/${number}`, body)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual({ code, message: expect.stringContaining(message) })
  })

  it('refuses what is too large', async () => {
    const answer = await bench.put(`/phones/${number}`, ' '.repeat(70_000))
    expect(answer.statusCode).toBe(413)
    expect(answer.json()).toMatchObject({ code: 'tooLarge' })
  })

  it.each(['/phones/alice', '/phones/..%2f..%2fetc', '/phones/1%00', `/phones/${'1'.repeat(33)}`])(
    'refuses the number of %s',
    async (url) => {
      expect((await bench.get(url)).json()).toMatchObject({ code: 'badNumber' })
    },
  )

  it('names the paths that exist when asked for another', async () => {
    const answer = await bench.get(`/phones/${number}/nothing/here`)
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
    expect((await bench.put('/phones/audio/beep.wav', wav)).json()).toEqual({ file: 'beep.wav' })
    const kept = await readFile(join(bench.dataDir, 'phones/audio/beep.wav'))
    expect(kept.readUInt32LE(24)).toBe(8000)
    expect((await bench.put(`/phones/${number}`, [{ answer: true }, { play: 'beep.wav' }])).statusCode).toBe(200)
  })

  it('refuses other bytes and other names', async () => {
    expect((await bench.put('/phones/audio/beep.wav', 'no sound')).json()).toMatchObject({ code: 'badAudio' })
    for (const name of ['..%2fx.wav', '.x.wav', 'x.mp3', '%2e%2e.wav']) {
      expect((await bench.put(`/phones/audio/${name}`, 'no sound')).json()).toMatchObject({ code: 'badAudio' })
    }
    expect(await readdir(join(bench.dataDir, 'phones/audio'))).toEqual(['tones'])
  })
})

describe('/phones', () => {
  it('lists the phones that have calls or a script', async () => {
    await bench.put('/phones/1', [{ wait: 1 }])
    await bench.answered(number, 1000)
    expect((await bench.get('/phones')).json()).toEqual({
      phones: [
        { number: '1', behaviour: 'script', meaning: expect.any(String), calls: 0, isBusy: false },
        {
          number,
          behaviour: 'standard',
          meaning: expect.any(String),
          calls: 1,
          isBusy: true,
          lastCallAt: bench.clock.now() - 1000,
        },
      ],
    })
  })
})
