import { describe, expect, it } from 'vitest'
import { addressRules } from './address-rules.ts'
import { pushTarget, TargetRefused } from './push-target.ts'

const strict = addressRules([])
const names: Record<string, { address: string; family: number }[]> = {
  'receiver.test': [{ address: '47.96.0.1', family: 4 }],
  'inside.test': [{ address: '127.0.0.1', family: 4 }],
  'both.test': [
    { address: '10.0.0.1', family: 4 },
    { address: '2400:3200::1', family: 6 },
  ],
}
const resolve = async (host: string) => names[host] ?? []

describe('pushTarget', () => {
  it('gives the checked addresses of a name', async () => {
    expect(await pushTarget(new URL('https://receiver.test/x'), strict, resolve)).toEqual([
      { address: '47.96.0.1', family: 4 },
    ])
  })

  it('leaves out the addresses that are not allowed', async () => {
    expect(await pushTarget(new URL('http://both.test/'), strict, resolve)).toEqual([
      { address: '2400:3200::1', family: 6 },
    ])
  })

  it.each([
    'http://inside.test/',
    'http://127.0.0.1:8080/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]:9/',
    'http://[::ffff:169.254.169.254]/',
    'http://169.254.169.254/latest/meta-data',
    'ftp://receiver.test/',
    'file:///etc/passwd',
  ])('refuses %s', async (url) => {
    await expect(pushTarget(new URL(url), strict, resolve)).rejects.toBeInstanceOf(TargetRefused)
  })

  it('takes literal addresses without asking a resolver', async () => {
    const never = () => Promise.reject(new Error('asked'))
    expect(await pushTarget(new URL('http://[2400:3200::1]/'), strict, never)).toEqual([
      { address: '2400:3200::1', family: 6 },
    ])
    await expect(pushTarget(new URL('http://receiver.test/'), strict, never)).rejects.toThrow('asked')
  })
})
