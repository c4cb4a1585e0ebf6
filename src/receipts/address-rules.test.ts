import { describe, expect, it } from 'vitest'
import { addressRules } from './address-rules.ts'

describe('addressRules', () => {
  const strict = addressRules([])

  it.each(['8.8.8.8', '47.96.0.1', '172.32.0.1', '100.128.0.1', '2400:3200::1', '::ffff:8.8.8.8'])(
    'allows %s',
    (one) => {
      expect(strict(one)).toBe(true)
    },
  )

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.100.100.200',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '0:0:0:0:0:ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::a00:1',
    '2001:0:53aa:64c:0:0:0:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'example.com',
    '',
  ])('refuses %j', (one) => {
    expect(strict(one)).toBe(false)
  })

  it('makes exceptions for networks that the operator names', () => {
    const rules = addressRules(['127.0.0.0/8', '10.1.0.0/16', '::1/128'])
    for (const one of ['127.0.0.1', '10.1.2.3', '::1', '::ffff:127.0.0.1']) expect(rules(one)).toBe(true)
    for (const one of ['10.2.0.1', '192.168.1.1', 'fe80::1']) expect(rules(one)).toBe(false)
  })

  it.each(['127.0.0.1', '127.0.0.0/33', '::1/129', 'localhost/8', '300.0.0.0/8', ''])(
    'takes %j for no network',
    (one) => {
      expect(() => addressRules([one])).toThrow(/CIDR/)
    },
  )
})
