import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PhoneBench } from '../../fakes/phone-bench.ts'

const number = '13912345678'
let bench: PhoneBench

beforeEach(async () => {
  bench = await PhoneBench.open()
})

afterEach(() => bench.close())

describe('history', () => {
  it('is found again after a restart, without what a crash cut off', async () => {
    const id = await bench.wholeCall(number)
    const before = (await bench.get(`/phones/${number}/calls`)).json().calls
    await bench.answered('13900000000', 1000)
    // No phones.close(): the process is gone in the middle of a call.
    const crashed = bench.phones
    await bench.restart()
    expect((await bench.get(`/phones/${number}/calls`)).json().calls).toEqual(before)
    expect((await bench.get(`/phones/${number}/calls/${id}/heard.json`)).json()).toMatchObject({ durationMs: 1000 })
    expect(bench.phones.calls('13900000000')).toEqual([])
    await crashed.close()
  })

  it('keeps the newest calls of each phone and of all, with their files', async () => {
    await bench.phones.close()
    await bench.restart({ limits: { perPhone: 2, total: 3, recordedBytes: 1_000_000 } })
    const ids = [await bench.wholeCall(number), await bench.wholeCall(number), await bench.wholeCall(number)]
    expect(bench.phones.calls(number).map(({ id }) => id)).toEqual(ids.slice(1))
    await bench.wholeCall('1')
    await bench.wholeCall('2')
    expect(bench.phones.list().map((phone) => phone.number)).toEqual([number, '1', '2'])
    await bench.phones.close()
    expect(await readdir(join(bench.dataDir, 'phones', number))).toEqual(ids.slice(2))
  })

  it('keeps no more than so many bytes of recordings', async () => {
    await bench.phones.close()
    await bench.restart({ limits: { perPhone: 20, total: 20, recordedBytes: 40_000 } })
    for (const to of ['1', '2', '3']) await bench.wholeCall(to)
    expect(bench.phones.list().map((phone) => phone.number)).toEqual(['2', '3'])
  })
})
