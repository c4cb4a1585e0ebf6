import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PhoneBench } from '../../../fakes/phone-bench.ts'
import { writeWav } from '../../media/codec/wav-writer.ts'
import { makeTone } from '../../media/tone/make-tone.ts'

const number = '13912345678'
let bench: PhoneBench

beforeEach(async () => {
  bench = await PhoneBench.open()
})

afterEach(() => bench.close())

describe('what was heard', () => {
  const tone = makeTone([880], 600)

  it('is a WAV, whole or in ranges, and its timing', async () => {
    bench.media.heard = new Int16Array([...new Int16Array(8000), ...tone, ...new Int16Array(4000)])
    const id = await bench.wholeCall(number)
    const whole = await bench.get(`/phones/${number}/heard.wav`)
    expect(whole.headers).toMatchObject({ 'content-type': 'audio/wav', 'accept-ranges': 'bytes' })
    expect(whole.rawPayload).toEqual(writeWav(bench.media.heard))
    const part = await bench.get(`/phones/${number}/calls/${id}/heard.wav`, { range: 'bytes=0-3' })
    expect(part.statusCode).toBe(206)
    expect(part.payload).toBe('RIFF')
    expect(part.headers['content-range']).toBe(`bytes 0-3/${whole.rawPayload.length}`)
    const beyond = await bench.get(`/phones/${number}/heard.wav`, { range: 'bytes=999999-' })
    expect(beyond.statusCode).toBe(416)
    expect(beyond.headers['content-range']).toBe(`bytes */${whole.rawPayload.length}`)

    const report = (await bench.get(`/phones/${number}/heard.json`)).json()
    expect(report).toMatchObject({ durationMs: 2100, rtp: { packetsReceived: 50 } })
    expect(report.tones).toMatchObject([{ frequencyHz: expect.closeTo(880, 0) }])
    expect(report.stretches.map(({ kind }: { kind: string }) => kind)).toEqual(['silence', 'tone', 'silence'])
    const kept = await readFile(join(bench.dataDir, `phones/${number}/${id}/heard.json`), 'utf8')
    expect(JSON.parse(kept)).toEqual(report)
    expect((await bench.get(`/phones/${number}/calls/${id}/heard.json`)).json()).toEqual(report)
  })

  it('is nothing before the answer, and not complete before the end', async () => {
    expect((await bench.get(`/phones/${number}/heard.wav`)).json()).toMatchObject({ code: 'noSuchCall' })
    bench.sip.ring('13900000002')
    await bench.until(() => bench.phones.calls('13900000002')[0]?.endedAt !== undefined)
    expect((await bench.get('/phones/13900000002/heard.json')).json()).toMatchObject({ code: 'nothingHeard' })
    await bench.answered(number, 1000)
    const running = await bench.get(`/phones/${number}/heard.wav`)
    expect(running.statusCode).toBe(409)
    expect(running.json()).toMatchObject({ code: 'stillRunning', message: expect.stringContaining('wait=60') })
  })
})
