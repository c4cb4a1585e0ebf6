import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { troubleOf } from '../../domain/trunk/check-trunk.ts'
import { usualTrunk } from '../../domain/trunk/trunk-profile.ts'
import { addProfileOptions, profilePartOf, profileRows } from './profile-options.ts'

const partOf = (...args: string[]) => {
  const command = addProfileOptions(new Command('add'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
  return profilePartOf(command.parse(args, { from: 'user' }).opts())
}

it('reads what was said and nothing else', () => {
  expect(partOf()).toEqual({})
  expect(partOf('--host', 'sip.carrier.example', '--allow', '13, 0571,+852', '--register', 'on')).toEqual({
    host: 'sip.carrier.example',
    destinations: ['13', '0571', '+852'],
    registers: true,
  })
  expect(partOf('--called-rules', '+86:0,00:')).toEqual({
    calledRules: [
      { from: '+86', to: '0' },
      { from: '00', to: '' },
    ],
  })
  expect(partOf('--learn-port', 'on', '--prack', 'required', '--session', '0')).toEqual({
    learnsPort: true,
    reliableProvisional: 'required',
    sessionSeconds: 0,
  })
  expect(partOf('--allow', '')).toEqual({ destinations: [] })
})

it('can say every part of a profile', () => {
  const flags = addProfileOptions(new Command('add')).options.length
  // The password has a question of its own; the name is an argument, and enabling a command.
  expect(flags).toBe(Object.keys({ ...usualTrunk, host: '' }).length - 1)
  expect(troubleOf({ ...usualTrunk, ...partOf('--host', 'a.example'), name: 'a', host: 'a.example' })).toBeUndefined()
})

it('writes a profile in the words that are read', () => {
  const said = [
    '--host',
    'a.example',
    '--register',
    'on',
    '--codecs',
    'PCMU',
    '--called-rules',
    '+86:0,:9',
    '--allow',
    '13,*',
  ]
  const profile = { ...usualTrunk, host: '', ...partOf(...said) }
  const rows = profileRows(profile)
  expect(rows).toContainEqual(['called-rules', '+86:0,:9', expect.stringContaining('changes the beginning')])
  const { password: _none, enabled: _always, ...facts } = profile
  expect(partOf(...rows.flatMap(([name, value]) => [`--${name}`, value]))).toEqual(facts)
})

describe('says what it cannot read', () => {
  it.each([
    [['--port', 'x'], 'whole number'],
    [['--codecs', 'opus'], 'PCMA, PCMU'],
    [['--called-rules', '86'], 'no rule'],
    [['--transport', 'sctp'], 'udp, tcp, tls, dns'],
  ])('%j', (args, words) => expect(() => partOf(...args)).toThrow(words))
})
