import { describe, expect, it } from 'vitest'
import { maxDocumentLength, PolicyMalformed, readPolicyDocument } from './policy.ts'
import { systemPolicies } from './system-policies.ts'

const allow = { Effect: 'Allow', Action: 'dyvms:SingleCallByTts', Resource: '*' }
const documentOf = (...statements: object[]) => JSON.stringify({ Version: '1', Statement: statements })

describe('a policy document', () => {
  it('is read as the public cloud writes it', () => {
    const text = documentOf(
      { ...allow, Sid: 'calls' },
      { Effect: 'Deny', Action: ['dyvms:Cancel*', 'dyvms:?top'], Resource: ['acs:dyvms:*:*:*'] },
      { Effect: 'Allow', Action: '*' },
    )
    expect(readPolicyDocument(text)).toEqual([
      { effect: 'Allow', actions: ['dyvms:SingleCallByTts'], resources: ['*'] },
      { effect: 'Deny', actions: ['dyvms:Cancel*', 'dyvms:?top'], resources: ['acs:dyvms:*:*:*'] },
      { effect: 'Allow', actions: ['*'], resources: ['*'] },
    ])
  })

  it.each([
    ['{', /not JSON/],
    ['[]', /must be a JSON object/],
    ['null', /must be a JSON object/],
    ['{"Version":"1"}', /at least one statement/],
    ['{"Version":"1","Statement":[]}', /at least one statement/],
    [JSON.stringify({ Version: '2', Statement: [allow] }), /"Version" must be "1"/],
    [JSON.stringify({ Version: '1', Statement: [allow], Id: 'x' }), /"Id" is not known/],
    [documentOf(allow, { ...allow, Condition: {} }), /statement 2 has "Condition", which is not supported/],
    [documentOf({ ...allow, NotAction: 'dyvms:*' }), /"NotAction", which is not supported/],
    [documentOf({ ...allow, Effect: 'allow' }), /"Effect" must be/],
    [documentOf({ Effect: 'Allow' }), /"Action" must be a text/],
    [documentOf({ ...allow, Action: ['dyvms:*', 1] }), /"Action" must be a text/],
    [documentOf({ ...allow, Action: [] }), /"Action" must be a text/],
    [documentOf({ ...allow, Action: 'SingleCallByTts' }), /"SingleCallByTts" is no action/],
    [documentOf({ ...allow, Resource: 'everything' }), /"everything" is no resource/],
    [documentOf({ ...allow, Sid: 'x'.repeat(maxDocumentLength) }), /longer than 6144 characters/],
  ])('is refused: %s', (text, reason) => {
    expect(() => readPolicyDocument(text)).toThrow(PolicyMalformed)
    expect(() => readPolicyDocument(text)).toThrow(reason)
  })

  it('of the system can be read', () => {
    for (const text of systemPolicies.values()) expect(readPolicyDocument(text)).toHaveLength(1)
  })
})
