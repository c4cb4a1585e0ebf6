import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { babble } from '../../fakes/babble.ts'
import { all, companded, withNoise } from '../../fakes/bad-line.ts'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import { ReceiptPuller } from '../node/pull-receipts.ts'
import { type CommandResult, runYuyin } from '../node/run-yuyin.ts'
import { NodeBench, type ServedNode } from '../node/served-node.ts'

const bench = new NodeBench()
const known = babble({ seed: 1 }, 16)
const strange = babble({ seed: 2 }, 12)
/** An answer that says nothing about why. */
const neutral = { reject: 480 }
let data: string
let node: ServedNode
let reports: ReceiptPuller

const yuyin = (...args: string[]): Promise<CommandResult> => runYuyin('announcement', ...args, '--data', data)

/** Waits until the node has read a library of so many. */
const libraryHas = (count: number) =>
  vi.waitFor(() => expect(node.printed()).toMatch(new RegExp(`announcements has changed.*\\b${count}\\b`)), {
    timeout: 20_000,
  })

beforeAll(async () => {
  data = await bench.folder()
  node = await bench.serve(data, { ringSeconds: '30', calleeLimits: 'off' })
  reports = await ReceiptPuller.open(node.client, 'VoiceReport')
  const noisy = all(withNoise(12), companded)
  await node.client.phoneAudio('known.wav', writeWav(noisy(known)))
  await node.client.phoneAudio('strange.wav', writeWav(strange))
  await libraryHas(2)
})
afterAll(() => bench.close())

/** A call to a phone that plays something before it answers, or does not. */
async function callTo(number: string) {
  const callId = await node.client.speakCode(number)
  const detail = await node.client.ended(callId)
  const [receipt] = await reports.until(callId, 1)
  const end = (await node.client.phoneCalls(number)).at(-1)?.end
  return { state: detail.state, receipt, end }
}

describe('yuyin announcement', () => {
  it('adds a recording that running nodes know at once, shows and tries it', async () => {
    const file = join(data, 'carrier A 关机.wav')
    await writeFile(file, writeWav(known))
    const [misnamed, added] = await Promise.all([
      yuyin('add', 'off', file),
      yuyin('add', 'restricted', file, '--code', 'a-1', '--label', '甲 2024', '--json'),
    ])
    expect([misnamed.exitCode, misnamed.stderr]).toEqual([2, expect.stringContaining('powered-off, suspended, busy')])
    expect(JSON.parse(added.stdout)).toMatchObject({ code: 'a-1', class: 'restricted', label: '甲 2024' })
    await libraryHas(3)
    const [listed, tried] = await Promise.all([yuyin('list'), yuyin('test', file)])
    expect(listed.stdout).toMatch(/a-1 +restricted +\d\.\d +甲 2024/)
    expect([tried.exitCode, tried.stdout]).toEqual([
      0,
      expect.stringMatching(/restricted \(甲 2024\), certain after \d.+: restricted \(200012\)\./),
    ])
  })
})

describe('what the network plays before the answer decides, when its own answer does not', () => {
  const known = { earlyMedia: 'known.wav' }

  it.concurrent('an announcement of the library ends the call with its code, on a noisy line', async ({ expect }) => {
    // Twice: what a busy machine cuts out of the first is heard in the second.
    await node.client.script('13900000101', [known, known, { wait: 20 }, neutral])
    const { state, receipt, end } = await callTo('13900000101')
    expect(state).toBe('200012')
    expect(receipt).toMatchObject({ status_code: '200012', early_media_code: '200012' })
    expect(receipt).toMatchObject({ smart_status_code: 'OPERATOR_BLOCK' })
    expect(end).toMatchObject({ by: 'caller', how: 'gaveUp' })
  })

  it.concurrent('the busy tone means busy', async ({ expect }) => {
    const busy = { earlyMedia: { tone: 'busy' } }
    await node.client.script('13900000102', [busy, busy, neutral])
    const { receipt } = await callTo('13900000102')
    expect(receipt).toMatchObject({ status_code: '200002', early_media_code: '200002', smart_status_code: 'USER_BUSY' })
  })

  it.concurrent('what nobody knows is reported as such, and changes nothing', async ({ expect }) => {
    await node.client.script('13900000103', [{ earlyMedia: 'strange.wav' }, neutral])
    const { state, receipt } = await callTo('13900000103')
    expect(receipt).toMatchObject({ status_code: state, early_media_code: '200130' })
  })

  it.concurrent('ringback is nothing to report', async ({ expect }) => {
    await node.client.script('13900000104', [{ earlyMedia: { tone: 'ringback' } }, neutral])
    expect((await callTo('13900000104')).receipt).not.toHaveProperty('early_media_code')
  })

  it.concurrent.for([
    ['13900000010', '200010', 'POWERED_OFF'],
    ['13900000011', '200011', 'SUSPEND'],
  ] as const)(
    'the virtual phone %s is understood by what it announces: %s',
    async ([number, code, smart], { expect }) => {
      const { state, receipt, end } = await firstUncut(number)
      expect([state, receipt?.['early_media_code'], receipt?.['smart_status_code']]).toEqual([code, code, smart])
      // Its own answer, which says it in words, was not waited for.
      expect(end).toMatchObject({ by: 'caller', how: 'gaveUp' })
    },
  )

  it.concurrent('yuyin ring says that the announcement told it', async ({ expect }) => {
    for (let call = 1; ; call++) {
      const { exitCode, stdout } = await runYuyin('ring', '13900010010', '--data', data)
      expect([exitCode, stdout]).toEqual([1, expect.stringContaining('200010 powered off, not answered')])
      if (call < 3 && stdout.includes('480')) continue
      expect(stdout).toContain('known by what the network announced')
      return
    }
  })
})

/** A busy machine may cut an announcement, which the phone says once: then the phone's own answer is what counts. */
async function firstUncut(number: string) {
  for (let call = 1; ; call++) {
    const result = await callTo(number)
    if (call === 3 || result.receipt?.['early_media_code'] !== '200130') return result
  }
}
