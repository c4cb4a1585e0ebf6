import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { jsonOf } from '../node/run-yuyin.ts'
import { cleanEnvironment, NodeBench, type ServedNode, yuyinArguments } from '../node/served-node.ts'
import { AdminClient } from './admin/admin-client.ts'

const bench = new NodeBench()
const password = 'canary-correct-horse-battery'
let data = ''
let node: ServedNode

beforeAll(async () => {
  data = await bench.folder()
  node = await bench.serve(data, { logLevel: 'debug' })
})

afterAll(() => bench.close())

/** Runs `yuyin admin …` on the folder of the node. @returns what it printed as JSON */
const admin = (...args: string[]) => jsonOf<unknown>('admin', ...args, '--data', data)

/** The same with a password that is piped in. */
async function adminWithPassword(...args: string[]): Promise<number | null> {
  const child = spawn(process.execPath, [...yuyinArguments, 'admin', ...args, '--data', data], {
    env: cleanEnvironment(),
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin.end(`${password}\n`)
  await once(child, 'close')
  return child.exitCode
}

describe('a served node is administered by HTTP', () => {
  const { accountId } = devProfile

  it('with a key that the command line made, and what it changes holds for calls at once', async () => {
    const made = await admin('key', 'create', 'deploy', '--role', 'owner', '--days', '30')
    expect(made).toMatchObject({ role: 'owner', adminKey: expect.stringMatching(/^yya_/) })
    const { adminKey } = Object(made)
    const owner = new AdminClient(node.endpoints.http).withKey(adminKey)
    expect((await owner.get(`/accounts/${accountId}/numbers`)).json).toEqual({ items: [{ number: devProfile.number }] })
    const path = `/accounts/${accountId}/templates/TTS_20001`
    expect((await owner.put(path, { kind: 'verification', text: '您的验证码是${code}。' })).status).toBe(201)
    expect(await node.client.speakCode('13900000002', { TtsCode: 'TTS_20001' })).toMatch(/^\d{12}\^\d{12}$/)
    expect((await owner.delete(path)).status).toBe(204)
    const refused = await node.client.call('SingleCallByTts', {
      ...{ CalledNumber: '13900000102', CalledShowNumber: devProfile.number },
      ...{ TtsCode: 'TTS_20001', TtsParam: '{"code":"1234"}' },
    })
    expect(refused.Code).toBe('isv.TEMPLATE_ILLEGAL')
    expect(node.printed()).not.toContain(String(adminKey).slice(-43))
  })

  it('by people whom the command line lets in', async () => {
    expect(await adminWithPassword('create', 'li', '--role', 'operator')).toBe(0)
    expect(await adminWithPassword('create', 'li', '--role', 'operator')).toBe(2)
    const li = await new AdminClient(node.endpoints.http).signIn('li', password)
    expect((await li.put('/blacklist/loan', {})).status).toBe(201)
    expect((await li.get('/audit')).json).toMatchObject({ code: 'forbidden' })
    expect(await admin('list')).toMatchObject([{ name: 'li', role: 'operator' }])
    expect(node.printed()).not.toContain(password)
  })

  it('and the command line shows who changed what, its own changes as well', async () => {
    const rows = await admin('audit', '--limit', '20')
    const told = (Array.isArray(rows) ? rows : []).map(({ actor, action, target, outcome }) =>
      [String(actor).replace(/:.*/, ''), action, target, outcome].join(' '),
    )
    expect(told).toEqual(
      expect.arrayContaining([
        'cli createAdminKey /admin-keys done',
        `key putTemplate /accounts/${accountId}/templates/TTS_20001 done`,
        'cli putPerson /people/li exists',
        'person signIn /session done',
        'person putWord /blacklist/loan done',
      ]),
    )
    expect(JSON.stringify(rows)).not.toContain(password)
  })

  it('and a revoked key opens nothing any more', async () => {
    const { keyId, adminKey } = Object(await admin('key', 'create', 'short', '--bind', accountId))
    const viewer = new AdminClient(node.endpoints.http).withKey(adminKey)
    expect((await viewer.get('/session')).json).toMatchObject({ role: 'viewer', accountId })
    await admin('key', 'revoke', keyId)
    expect((await viewer.get('/session')).json).toMatchObject({ code: 'unauthenticated' })
  })
})
