import { expect, it } from 'vitest'
import { type AudioPathFacts, judgeAudioPath } from './audio-path.ts'

const carrier = { trunk: 'carrier', target: '203.0.113.5', told: '198.51.100.1' }
const facts = (some: Partial<AudioPathFacts>): AudioPathFacts => ({
  trunks: [carrier],
  stun: undefined,
  advertisedHost: '',
  ...some,
})
const local = { host: '192.168.1.2', port: 5060 }
const judged = (some: Partial<AudioPathFacts>) =>
  judgeAudioPath(facts(some)).map(({ state, found }) => `${state}: ${found}`)

it('finds nothing where a public address is told', () => {
  expect(judged({})).toEqual(['good: carriers are told 198.51.100.1'])
  expect(judged({ trunks: [{ ...carrier, seenAs: carrier.told }] })).toEqual(['good: carriers are told 198.51.100.1'])
  expect(judged({ trunks: [] })).toEqual(['good: nothing is told to any carrier yet'])
})

it.each<[string, Partial<AudioPathFacts>, string]>([
  [
    'a private address told to a public carrier',
    { trunks: [{ ...carrier, told: '192.168.1.2' }] },
    'bad: .*cannot reach.*not hear him',
  ],
  ['loopback told to somebody else', { trunks: [{ ...carrier, told: '127.0.0.1' }] }, 'bad: .*which is itself'],
  [
    'an address that the carrier does not see',
    { trunks: [{ ...carrier, seenAs: '198.51.100.9' }] },
    'bad: .*198.51.100.9',
  ],
  ['a router that writes in SIP messages', { trunks: [{ ...carrier, isRewritten: true }] }, 'bad: .*SIP ALG'],
  [
    'symmetric NAT',
    {
      stun: {
        local,
        mapped: [
          { host: '198.51.100.1', port: 1 },
          { host: '198.51.100.1', port: 2 },
        ],
      },
    },
    'bad: .*symmetric NAT',
  ],
  [
    'a router that changes ports',
    { stun: { local, mapped: [{ host: '198.51.100.1', port: 1 }] } },
    'note: .*5060 became 1',
  ],
  [
    'a setting that STUN contradicts',
    { advertisedHost: '198.51.100.7', stun: { local, mapped: [{ host: '198.51.100.1', port: 5060 }] } },
    'bad: .*198.51.100.7.*198.51.100.1',
  ],
  ['STUN that does not answer', { stun: 'the STUN server a:1: it does not answer' }, 'bad: .*does not answer'],
])('tells of %s', (_what, some, words) => {
  expect(judged(some)).toEqual([expect.stringMatching(new RegExp(words))])
})

it('a private carrier may be told a private address', () => {
  expect(judged({ trunks: [{ trunk: 'lan', target: '10.0.0.5', told: '10.0.0.2' }] })).toEqual([
    'good: carriers are told 10.0.0.2',
  ])
})
