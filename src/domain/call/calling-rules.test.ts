import { describe, expect, it } from 'vitest'
import type { Template } from '../template/template.ts'
import { type CallFacts, callingRules, firstBrokenRule } from './calling-rules.ts'

const template: Template = {
  code: 'TTS_1',
  accountId: '1',
  kind: 'verification',
  text: '验证码${code}',
  review: 'approved',
}
const good: CallFacts = {
  account: { accountId: '1', name: 'one', state: 'normal' },
  showNumber: '057128880000',
  ownsShowNumber: true,
  prompt: { kind: 'template', template, values: new Map([['code', '1234']]), blacklist: [] },
  callee: { kind: 'mobile', digits: '13900000000' },
}

it('lets a call pass that keeps every rule, with its own number or in public mode', () => {
  expect(firstBrokenRule(good)).toBeUndefined()
  expect(firstBrokenRule({ ...good, showNumber: '', ownsShowNumber: false })).toBeUndefined()
  const voice = { code: 'v', accountId: '1', review: 'approved' } as const
  expect(firstBrokenRule({ ...good, prompt: { kind: 'voice', voice } })).toBeUndefined()
})

describe('each rule refuses by its own name, and an earlier rule wins over a later one', () => {
  const unreadable = { kind: 'template', template, values: undefined, blacklist: [] } as const
  const unknown = { ...unreadable, template: undefined }
  const rows: [string, Partial<CallFacts>][] = [
    ['variablesUnreadable', { prompt: unreadable }],
    ['calleeNotDiallable', { callee: undefined }],
    ['templateUnusable', { prompt: unknown }],
    ['showNumberNotOwned', { ownsShowNumber: false }],
    ['accountSuspended', { account: { ...good.account, state: 'outOfService' } }],
  ]

  it.each(rows)('%s', (refusal, change) => {
    expect(firstBrokenRule({ ...good, ...change })).toEqual({ refusal, variable: '' })
  })

  it('all broken, mended one after the other', () => {
    const allBroken = Object.assign({}, ...rows.map(([, change]) => change))
    const seen: (string | undefined)[] = []
    let facts: CallFacts = { ...good, ...allBroken }
    for (const [refusal, change] of [...rows].reverse()) {
      seen.push(firstBrokenRule(facts)?.refusal)
      expect(seen.at(-1)).toBe(refusal)
      const mended = Object.fromEntries(Object.keys(change).map((key) => [key, good[key as keyof CallFacts]]))
      facts = { ...facts, ...mended, ...(refusal === 'templateUnusable' ? { prompt: unreadable } : {}) }
    }
    expect(seen).toHaveLength(callingRules.length)
  })
})

it.each([
  ['pending template', { ...template, review: 'pending' }, 'templateUnusable'],
  ['rejected template', { ...template, review: 'rejected' }, 'templateUnusable'],
] as const)('%s', (_, one, refusal) => {
  const prompt = { kind: 'template', template: one, values: new Map([['code', '1']]), blacklist: [] } as const
  expect(firstBrokenRule({ ...good, prompt })?.refusal).toBe(refusal)
})

it('refuses a voice file that is unknown or not approved', () => {
  expect(firstBrokenRule({ ...good, prompt: { kind: 'voice', voice: undefined } })?.refusal).toBe('voiceUnusable')
  const voice = { code: 'v', accountId: '1', review: 'pending' } as const
  expect(firstBrokenRule({ ...good, prompt: { kind: 'voice', voice } })?.refusal).toBe('voiceUnusable')
})

it('names the variable that is at fault', () => {
  const prompt = { kind: 'template', template, values: new Map(), blacklist: [] } as const
  expect(firstBrokenRule({ ...good, prompt })).toEqual({ refusal: 'variableMissing', variable: 'code' })
})
