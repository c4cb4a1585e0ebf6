import { describe, expect, it } from 'vitest'
import { troubleOf, warningOf } from './check-trunk.ts'
import { type TrunkProfile, usualTrunk } from './trunk-profile.ts'

const right: TrunkProfile = { ...usualTrunk, name: 'carrier-1', host: 'sip.carrier.example' }

it('finds nothing wrong with what is usual', () => {
  expect(troubleOf(right)).toBeUndefined()
  expect(troubleOf({ ...right, host: '192.0.2.1', destinations: ['13', '0571', '+852', '*'] })).toBeUndefined()
  expect(troubleOf({ ...right, host: '2001:db8::1', showNumbers: ['95588', '0571*', '*'] })).toBeUndefined()
})

it('warns of keys that can be read on the way', () => {
  expect(warningOf({ srtp: 'required', transport: 'udp' })).toContain('can be read on the way:')
  expect(warningOf({ srtp: 'optional', transport: 'dns' })).toContain('unless DNS says TLS')
  expect(warningOf({ srtp: 'required', transport: 'tls' })).toBeUndefined()
  expect(warningOf({ srtp: 'off', transport: 'udp' })).toBeUndefined()
})

describe('says what is wrong', () => {
  const wrongs: [Partial<TrunkProfile>, string][] = [
    [{ name: 'Carrier One' }, 'named by'],
    [{ name: 'settings' }, 'belong to'],
    [{ host: 'carrier.example>\r\nX: y' }, 'host name'],
    [{ host: '' }, 'host name'],
    [{ port: 70_000 }, 'port'],
    [{ transport: 'dns', host: '192.0.2.1' }, 'DNS'],
    [{ password: 'a\r\nb' }, 'control character'],
    [{ registers: true }, 'user name'],
    [{ codecs: [] }, 'codec'],
    [{ codecs: ['PCMA', 'PCMA'] }, 'codec'],
    [{ sessionSeconds: 89 }, 'session'],
    [{ calledRules: [{ from: '', to: '"' }] }, 'rule'],
    [{ ownNumber: 'sip:1' }, 'own number'],
    [{ showNumbers: [''] }, 'shown'],
    [{ boundNumbers: ['0571*'] }, 'bound'],
    [{ destinations: ['+'] }, 'destination'],
    [{ fromDomain: 'a b' }, 'From domain'],
    [{ weight: 0 }, 'weight'],
    [{ channels: 1.5 }, 'channels'],
    [{ answerSeconds: 0 }, 'silent'],
    [{ destinations: Array<string>(201).fill('13') }, 'at most 200'],
  ]
  it.each(wrongs)('%j', (facts, words) => expect(troubleOf({ ...right, ...facts })).toContain(words))
})
