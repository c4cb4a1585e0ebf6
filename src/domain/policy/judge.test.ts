import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge, wishFor } from './judge.ts'
import type { Statement } from './policy.ts'

const accountId = '1000000001'
const tts = wishFor('SingleCallByTts', accountId)
const allow = (...actions: string[]): Statement => ({ effect: 'Allow', actions, resources: ['*'] })
const deny = (...actions: string[]): Statement => ({ effect: 'Deny', actions, resources: ['*'] })

const anyStatement: fc.Arbitrary<Statement> = fc.record({
  effect: fc.constantFrom('Allow', 'Deny'),
  actions: fc.array(fc.constantFrom('dyvms:SingleCallByTts', 'dyvms:Single*', 'dyvms:Query*', 'ecs:*', '*'), {
    minLength: 1,
    maxLength: 3,
  }),
  resources: fc.constantFrom(['*'], ['acs:dyvms:*:1000000001:*'], ['acs:dyvms:*:1000000002:*']),
})

describe('judging a wish', () => {
  it('allows nothing before something is allowed', () => {
    expect(judge([], tts)).toBe('notAllowed')
    expect(judge([allow('dyvms:SingleCallByVoice')], tts)).toBe('notAllowed')
  })

  it('matches actions by wildcard and without regard to case', () => {
    expect(judge([allow('dyvms:SingleCallBy???')], tts)).toBe('allowed')
    expect(judge([allow('DYVMS:singlecallbytts')], tts)).toBe('allowed')
    expect(judge([allow('dysms:*')], tts)).toBe('notAllowed')
  })

  it('matches the resource of the account', () => {
    const on = (resource: string): Statement => ({ ...allow('dyvms:*'), resources: [resource] })
    expect(judge([on('acs:dyvms:*:*:*')], tts)).toBe('allowed')
    expect(judge([on(`acs:dyvms:cn-hangzhou:${accountId}:*`)], tts)).toBe('allowed')
    expect(judge([on('acs:dyvms:*:1000000002:*')], tts)).toBe('notAllowed')
  })

  it('lets a denial win', () => {
    expect(judge([allow('*'), deny('dyvms:Single*')], tts)).toBe('denied')
    expect(judge([deny('dyvms:Single*'), allow('*')], tts)).toBe('denied')
    expect(judge([allow('*'), deny('dyvms:Query*')], tts)).toBe('allowed')
  })

  it('lets a denial win, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.array(anyStatement), fc.array(anyStatement), (before, after) => {
        expect(judge([...before, deny('dyvms:SingleCallByTts'), ...after], tts)).toBe('denied')
      }),
    )
  })

  it('does not depend on the order of statements', () => {
    const shuffled = fc
      .array(anyStatement, { maxLength: 6 })
      .chain((statements) =>
        fc.tuple(fc.constant(statements), fc.shuffledSubarray(statements, { minLength: statements.length })),
      )
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(judge(one, tts)).toBe(judge(other, tts))
      }),
    )
  })

  it('is not changed by an allowance that does not apply', () => {
    fc.assert(
      fc.property(fc.array(anyStatement), (statements) => {
        expect(judge([...statements, allow('ecs:*')], tts)).toBe(judge(statements, tts))
      }),
    )
  })
})
