import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { opensDoor, refuseOpenDoor } from './dev-safety.ts'

const configOf = (flags: Record<string, string>) => readConfig({ file: '/nonexistent', environment: {}, flags })
const closed = configOf({ profile: 'dev' })
const open = configOf({ profile: 'dev', httpHost: '0.0.0.0' })
const knownKey = { accessKeyId: 'testId', accountId: '1000000001', secret: 'testSecret', enabled: true }
const find = async () => knownKey

describe('the key that everybody knows', () => {
  it('keeps a node on loopback', async () => {
    await expect(refuseOpenDoor(closed, find)).resolves.toBeUndefined()
    await expect(refuseOpenDoor(open, find)).rejects.toThrow('httpHost is 0.0.0.0')
    await expect(refuseOpenDoor(open, async () => ({ ...knownKey, enabled: false }))).resolves.toBeUndefined()
  })

  it('opens no node that others can reach, also when it is enabled later', () => {
    expect(opensDoor(open, knownKey)).toBe(true)
    expect(opensDoor(closed, knownKey)).toBe(false)
  })

  it('is the pair, not the id: a key of that name with a secret of its own serves', () => {
    expect(opensDoor(open, { ...knownKey, secret: 'a secret of its own' })).toBe(false)
  })
})
