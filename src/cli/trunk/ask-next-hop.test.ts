import { expect, it } from 'vitest'
import { usualTrunk } from '../../domain/trunk/trunk-profile.ts'
import { NoSuchTarget } from '../../sip/resolve/target-resolver.ts'
import { askNextHop } from './ask-next-hop.ts'

const trunk = { ...usualTrunk, name: 'carrier', host: 'sip.carrier.example' }

function asked(failure: Error) {
  return askNextHop(trunk, { sipHost: '127.0.0.1' }, () => Promise.reject(failure))
}

it.each([
  [new NoSuchTarget('no SIP server is known'), 'no SIP server is known'],
  [Object.assign(new Error('querySrv ETIMEOUT'), { code: 'ETIMEOUT' }), 'querySrv ETIMEOUT'],
])('a name that leads nowhere is told as such: %s', async (failure, why) => {
  const nowhere = { target: trunk.host, host: trunk.host, isAlive: false }
  expect(await asked(failure)).toEqual([{ ...nowhere, words: `cannot be found: ${why}` }])
})

it('a bug is not taken for a name that leads nowhere', async () => {
  await expect(asked(new TypeError('x is not a function'))).rejects.toThrow('x is not a function')
})
