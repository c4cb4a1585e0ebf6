import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { LedgerAudit } from '../../src/store/accounts/ledger-audit.ts'
import { patienceMs } from '../node/node-client.ts'
import { runYuyin } from '../node/run-yuyin.ts'
import { NodeBench, type ServedNode } from '../node/served-node.ts'

const bench = new NodeBench()
let node: ServedNode
let data: string
const perMinuteE4 = 1150

beforeAll(async () => {
  data = await bench.folder()
  node = await bench.serve(data, { calleeLimits: 'off' })
  await runYuyin('price', 'set', 'verification', '0.115', '--data', data)
  // Nothing was paid in yet: a refusal shows that the node has heard of the price.
  await vi.waitFor(async () => expect(await callAll(1, 900)).toEqual({ 'isv.AMOUNT_NOT_ENOUGH': 1 }), {
    timeout: patienceMs,
  })
})
afterAll(() => bench.close())

const topUp = (amount: string) => runYuyin('ledger', 'top-up', amount, '--data', data)

async function audit(): Promise<LedgerAudit> {
  const { stdout } = await runYuyin('ledger', 'check', '--json', '--data', data)
  const found: LedgerAudit = JSON.parse(stdout)
  return found
}

/** Asks for as many verification codes at once, to phones that hang up early. @returns the codes of the answers, counted */
async function callAll(count: number, firstNumber: number): Promise<Record<string, number>> {
  const answers = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      node.client.call('SingleCallByTts', {
        ...{ CalledNumber: `139${String(firstNumber + index).padStart(4, '0')}0001`, PlayTimes: 1 },
        ...{ TtsCode: 'TTS_10001', TtsParam: '{"code":"1234"}' },
      }),
    ),
  )
  const counted: Record<string, number> = {}
  for (const { Code } of answers) counted[Code] = (counted[Code] ?? 0) + 1
  return counted
}

/** Waits until no call holds anything: every accepted call has its record. */
function untilSettled(): Promise<LedgerAudit> {
  return vi.waitFor(
    async () => {
      const found = await audit()
      if (found.heldE4 !== 0) throw new Error(`calls still hold ${found.heldE4}`)
      return found
    },
    { timeout: patienceMs, interval: 500 },
  )
}

it('200 calls at once get as many accepted as the balance pays for, and the ledger equals the records', async () => {
  expect((await topUp('5.75')).exitCode).toBe(0)
  expect(await callAll(200, 0)).toEqual({ OK: 50, 'isv.AMOUNT_NOT_ENOUGH': 150 })
  expect(await untilSettled()).toMatchObject({
    isRight: true,
    balanceE4: 0,
    chargedE4: 50 * perMinuteE4,
    recordsE4: 50 * perMinuteE4,
  })
  expect(await callAll(1, 300)).toEqual({ 'isv.AMOUNT_NOT_ENOUGH': 1 })
})

it('the books are right after the node was killed in the middle of calls', async () => {
  await topUp('2.30')
  expect(await callAll(20, 400)).toEqual({ OK: 20 })
  await node.kill()
  node = await bench.serve(data, { calleeLimits: 'off' })
  const { isRight, balanceE4, chargedE4 } = await untilSettled()
  expect(isRight).toBe(true)
  expect(balanceE4 + chargedE4).toBe(70 * perMinuteE4)
})
