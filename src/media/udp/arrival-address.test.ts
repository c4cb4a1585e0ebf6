import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { ArrivalAddress } from './arrival-address.ts'

/** The words as the addon writes them. */
function wordsOf(host: string): Uint32Array {
  const isIPv4 = host.includes('.')
  const parts = isIPv4
    ? [host.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0), 0, 0, 0]
    : host.split(':').reduce<number[]>((words, group, i) => {
        const at = Math.floor(i / 2)
        words[at] = (words[at] ?? 0) * 0x1_0000 + Number.parseInt(group, 16)
        return words
      }, [])
  return Uint32Array.from([0, isIPv4 ? 4 : 6, ...parts])
}

const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((all) => all.join('.'))
const groups = fc
  .array(fc.nat(0xffff), { minLength: 8, maxLength: 8 })
  .map((all) => all.map((group) => group.toString(16)).join(':'))

it('spells every address in the one way, whatever came before', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(octets, groups), { minLength: 1, maxLength: 6 }), (hosts) => {
      const address = new ArrivalAddress()
      for (const host of hosts.flatMap((one) => [one, one])) {
        expect(address.read(wordsOf(host), 1)).toBe(canonicalHost(host))
      }
    }),
  )
})

it('tells an IPv4 address apart from an IPv6 address of the same words', () => {
  const address = new ArrivalAddress()
  expect(address.read(wordsOf('32.1.13.184'), 1)).toBe('32.1.13.184')
  expect(address.read(wordsOf('2001:db8:0:0:0:0:0:0'), 1)).toBe('2001:db8::')
})
