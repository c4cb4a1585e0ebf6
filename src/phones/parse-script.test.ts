import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseScript } from './parse-script.ts'
import { type PhoneFaults, type PhoneScript, type PhoneStep, type Sound, toneNames } from './phone-script.ts'
import { printScript } from './print-script.ts'
import { ScriptError } from './script-values.ts'
import { standardEnding, standardEndings } from './standard-endings.ts'

const seconds = fc.double({ min: 0, max: 600, noNaN: true }).map((value) => value + 0)
const text = fc.string({ minLength: 1, maxLength: 60 }).map((value) => `好${value.replace(/\p{Cc}/gu, ' ')}`)
const file = fc.stringMatching(/^[a-z0-9_-]{1,20}\.wav$/)
const sound: fc.Arbitrary<Sound> = fc.oneof(
  file.map((name) => ({ kind: 'file' as const, file: name })),
  text.map((spoken) => ({ kind: 'speech' as const, text: spoken })),
  fc.constantFrom(...toneNames).map((tone) => ({ kind: 'tone' as const, tone })),
)
const wait: fc.Arbitrary<PhoneStep> = fc.record({ step: fc.constant('wait' as const), seconds })
const before: fc.Arbitrary<PhoneStep> = fc.oneof(
  wait,
  fc.record(
    { step: fc.constant('ring' as const), seconds, isReliable: fc.boolean() },
    { requiredKeys: ['step', 'seconds'] },
  ),
  fc.record(
    { step: fc.constant('earlyMedia' as const), sound, isReliable: fc.boolean() },
    { requiredKeys: ['step', 'sound'] },
  ),
)
const after: fc.Arbitrary<PhoneStep> = fc.oneof(
  wait,
  fc.record({
    step: fc.constant('press' as const),
    keys: fc.stringMatching(/^[0-9A-D*#]{1,32}$/),
    afterSeconds: seconds,
  }),
  fc.record({ step: fc.constant('say' as const), text }),
  fc.record({ step: fc.constant('play' as const), file }),
)
const reject: fc.Arbitrary<PhoneStep> = fc
  .record({ status: fc.integer({ min: 300, max: 699 }), q850: fc.option(fc.integer({ min: 1, max: 127 })) })
  .map(({ status, q850 }) => ({ step: 'reject', status, ...(q850 !== null && { q850, text: 'why not' }) }))
const ends: fc.Arbitrary<PhoneStep[]> = fc.constantFrom([], [{ step: 'listen' }], [{ step: 'hangup' }])
const share = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0)
const faults: fc.Arbitrary<PhoneFaults> = fc.record(
  {
    loss: share,
    duplicate: share,
    reorder: share,
    delayMs: fc.integer({ min: 0, max: 10_000 }),
    jitterMs: fc.integer({ min: 0, max: 2_000 }),
    mute: fc.boolean(),
    lateByeSeconds: fc.integer({ min: 0, max: 60 }),
  },
  { requiredKeys: [] },
)
const script: fc.Arbitrary<PhoneScript> = fc.record({
  steps: fc.oneof(
    fc
      .tuple(fc.array(before, { maxLength: 20 }), fc.array(after, { maxLength: 20 }), ends)
      .map(([first, then, end]): PhoneStep[] => [...first, { step: 'answer' }, ...then, ...end]),
    fc.tuple(fc.array(before), reject).map(([first, end]): PhoneStep[] => [...first, end]),
  ),
  faults,
  whenBusy: fc.constantFrom('reject', 'answer'),
})

describe('parseScript', () => {
  it('reads the steps as people write them', () => {
    const steps = [{ ring: 2 }, { answer: true }, { press: '1', after: 3 }, { say: '好的' }, { play: 'file.wav' }]
    expect(parseScript(steps)).toEqual({
      steps: [
        { step: 'ring', seconds: 2 },
        { step: 'answer' },
        { step: 'press', keys: '1', afterSeconds: 3 },
        { step: 'say', text: '好的' },
        { step: 'play', file: 'file.wav' },
      ],
      faults: {},
      whenBusy: 'reject',
    })
  })

  it('reads what it prints', () => {
    fc.assert(
      fc.property(script, (one) => {
        const json: unknown = JSON.parse(JSON.stringify(printScript(one)))
        expect(parseScript(json)).toEqual(one)
      }),
    )
  })

  it('answers any JSON with a script or a ScriptError', () => {
    const verbs = fc.constantFrom(
      'ring',
      'answer',
      'press',
      'say',
      'play',
      'wait',
      'listen',
      'reject',
      'after',
      'cause',
    )
    const step = fc.dictionary(verbs, fc.jsonValue())
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(step), fc.record({ steps: fc.array(step) })), (json) => {
        try {
          parseScript(json)
        } catch (error) {
          expect(error).toBeInstanceOf(ScriptError)
        }
      }),
    )
  })

  it.each<[string, unknown, string]>([
    ['no list', 'ring', 'script: must be an object'],
    ['an empty list', [], '1 to 100 steps'],
    ['too many steps', Array.from({ length: 101 }, () => ({ wait: 1 })), '1 to 100 steps'],
    ['an unknown step', [{ ring: 1 }, { dance: true }], 'step 2: must have exactly one of ring, earlyMedia'],
    ['two verbs in one step', [{ ring: 1, answer: true }], 'step 1: must have exactly one of'],
    ['a key that the step does not know', [{ ring: 1, after: 2 }], 'step 1 (ring): does not know "after"'],
    [
      'a number as text',
      [{ ring: '2' }],
      'step 1 (ring): must be a number of seconds (or true) from 0 to 600, got "2"',
    ],
    ['a key that no phone has', [{ answer: true }, { press: 'x' }], 'step 2 (press): must be a string of 1 to 32 keys'],
    ['a late press without number', [{ answer: true }, { press: '1', after: 'x' }], 'step 2 (press) "after": must be'],
    ['answer: false', [{ answer: false }], 'step 1 (answer): the only value is true'],
    ['speaking before the answer', [{ say: '好' }], 'step 1 (say): the phone has not answered yet'],
    ['ringing after the answer', [{ answer: true }, { ring: 1 }], 'step 2 (ring): the phone has answered already'],
    ['steps after the end', [{ reject: 486 }, { wait: 1 }], 'nothing can follow step 1 (reject)'],
    ['steps after endless ringing', [{ ring: true }, { answer: true }], 'nothing can follow step 1 (ring)'],
    ['half reliability', [{ ring: 1, reliable: 'yes' }], 'step 1 (ring) "reliable": must be true or false, got "yes"'],
    ['a path', [{ answer: true }, { play: '../../etc/passwd' }], 'step 2 (play): must be the name of a .wav file'],
    ['a hidden file', [{ earlyMedia: '.x.wav' }], 'step 1 (earlyMedia): must be the name of a .wav file'],
    ['a provisional rejection', [{ reject: 180 }], 'step 1 (reject): must be a whole number from 300 to 699'],
    ['a reason without cause', [{ reject: 480, text: 'off' }], 'step 1 (reject) "text": needs a "cause"'],
    ['a line break in a reason', [{ reject: 480, cause: 20, text: 'a\r\nb' }], '"text": must be plain ASCII'],
    ['an unknown fault', { steps: [{ wait: 1 }], faults: { losss: 1 } }, 'faults: does not know "losss"'],
    [
      'a share above one',
      { steps: [{ wait: 1 }], faults: { loss: 30 } },
      'faults "loss": must be a number from 0 to 1',
    ],
    ['an unknown habit', { steps: [{ wait: 1 }], whenBusy: 'queue' }, 'script "whenBusy": must be'],
    ['an unknown key', { steps: [{ wait: 1 }], loop: true }, 'script: does not know "loop"'],
  ])('refuses %s and says what to write', (_, json, message) => {
    expect(() => parseScript(json)).toThrow(message)
    expect(() => parseScript(json)).toThrow(ScriptError)
  })
})

describe('standard endings', () => {
  it.each(Object.keys(standardEndings))('…%s is a script that a person could have written', (digits) => {
    for (const canSpeak of [true, false]) {
      const { script: ending } = standardEnding(`1390000${digits}`, canSpeak)
      expect(parseScript(printScript(ending))).toEqual(ending)
    }
  })

  it('gives every other number the ending of …0000', () => {
    expect(standardEnding('13912345678', false)).toEqual(standardEnding('13900000000', false))
    expect(standardEnding('1', false)).toEqual(standardEnding('0000', false))
  })
})
