import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoVoice } from '../../src/speech/demo-voice.ts'
import { NodeClient } from '../node/node-client.ts'
import { jsonOf, runYuyin } from '../node/run-yuyin.ts'
import { NodeBench, type ServedNode } from '../node/served-node.ts'

const bench = new NodeBench()
let node: ServedNode
let data: string

beforeAll(async () => {
  data = await bench.folder()
  node = await bench.serve(data)
})
afterAll(() => bench.close())

const yuyin = (...args: string[]) => runYuyin(...args, '--data', data)

const json = <T>(...args: string[]) => jsonOf<T>(...args, '--data', data)

describe('the yuyin command beside a running node', () => {
  it('makes an account with all it needs, and that places a call at once', async () => {
    const { accountId } = await json<{ accountId: string }>('account', 'create', '浙江医院')
    const own = ['--account', accountId]
    const { accessKeyId, secret } = await json<{ accessKeyId: string; secret: string }>('key', 'create', ...own)
    expect(await json('number', 'add', '0571-28880001', ...own)).toEqual({ number: '057128880001' })
    await json('template', 'add', 'TTS_20001', '${name}您好。', ...own)
    const client = new NodeClient(node.endpoints.http, accessKeyId, secret)
    const callId = await client.place('SingleCallByTts', {
      CalledNumber: '13966660021',
      CalledShowNumber: '057128880001',
      TtsCode: 'TTS_20001',
      TtsParam: '{"name":"张三"}',
      PlayTimes: 1,
    })
    expect(await client.ended(callId)).toMatchObject({ state: '200000', callee: '13966660021' })
    expect(await client.onlyPhoneCall('13966660021')).toMatchObject({ from: '057128880001' })
    expect(await json('number', 'list', ...own)).toEqual(['057128880001'])
    expect(await json('key', 'list', ...own)).toMatchObject([{ accessKeyId, enabled: true }])
    const common = { actor: expect.stringMatching(/^cli:/), address: 'local', outcome: 'done' }
    const path = `/accounts/${accountId}`
    expect(await json('admin', 'audit', '--limit', '4')).toMatchObject([
      { ...common, action: 'putTemplate', target: `${path}/templates/TTS_20001` },
      { ...common, action: 'putNumber', target: `${path}/numbers/0571-28880001` },
      { ...common, action: 'createKey', target: `${path}/keys` },
      { ...common, action: 'createAccount', target: '/accounts' },
    ])
  })

  it('shows tables to people and keeps secrets out of them', async () => {
    expect((await yuyin('template', 'list')).stdout).toBe(
      [
        'code       kind          review    text',
        '─────────  ────────────  ────────  ────────────────────────────────────────────────',
        'TTS_10001  verification  approved  您的验证码是${code}，请勿告诉他人。',
        'TTS_10002  notification  approved  ${name}您好，您的预约时间是${time}，请准时到达。',
        '',
      ].join('\n'),
    )
    const keys = await yuyin('key', 'list')
    expect(keys.stdout).toContain('testId')
    expect(keys.stdout).not.toContain('testSecret')
    expect((await yuyin('blacklist', 'list')).stdout).toContain('yuyin blacklist add <word>')
  })

  it('takes a template back from use, and removes it', async () => {
    await json('template', 'add', 'TTS_30001', '测试。')
    const speak = () => node.client.call('SingleCallByTts', { CalledNumber: '1', TtsCode: 'TTS_30001', TtsParam: '{}' })
    await json('template', 'review', 'TTS_30001', 'rejected')
    await expect.poll(async () => (await speak()).Code, { timeout: 20_000 }).toBe('isv.TEMPLATE_ILLEGAL')
    expect(await yuyin('template', 'remove', 'TTS_30001')).toMatchObject({ stdout: 'Template TTS_30001 is gone.\n' })
  })

  it('refuses a blacklisted word in a variable until it is allowed again', async () => {
    await json('blacklist', 'add', '中奖')
    const answer = () =>
      node.client.call('SingleCallByTts', {
        CalledNumber: '13966660031',
        TtsCode: 'TTS_10002',
        TtsParam: '{"name":"恭喜中奖","time":"9点"}',
      })
    await expect.poll(async () => (await answer()).Code, { timeout: 20_000 }).toContain('BLACK')
    expect((await yuyin('blacklist', 'list')).stdout).toBe('word\n────\n中奖\n')
    expect(await yuyin('blacklist', 'remove', '中奖')).toMatchObject({ exitCode: 0, stdout: "'中奖' is allowed.\n" })
  })

  it('stores a voice and gives it back as WAV', async () => {
    const [given, copy] = [join(data, 'welcome.wav'), join(data, 'copy.wav')]
    await writeFile(given, demoVoice())
    expect(await json('voice', 'add', given, '--review', 'pending')).toEqual({
      code: 'welcome.wav',
      durationMs: 2400,
      review: 'pending',
    })
    expect(await json('voice', 'get', 'welcome.wav', copy)).toMatchObject({ bytes: (await stat(copy)).size })
    expect((await readFile(copy)).subarray(0, 4).toString()).toBe('RIFF')
    expect((await yuyin('voice', 'list')).stdout).toMatch(/welcome\.wav +pending +2\.4\n/)
  })

  it.concurrent.each([
    [['number', 'add', 'abc'], 'A number has 3 to 20 digits.'],
    [['key', 'disable', 'nobody'], 'There is no AccessKey nobody.'],
    [['template', 'review', 'TTS_10001', 'fine'], "'fine' is no review state. There are: pending, approved, rejected."],
    [['subscription', 'set', 'SmsReport'], "'SmsReport' is no receipt type. There are: VoiceReport"],
    [['voice', 'add', '/nowhere.wav'], '/nowhere.wav cannot be read'],
    [['voice', 'get', 'none.wav', 'x.wav'], "There is no voice none.wav. 'yuyin voice list' shows them."],
  ])('%j is refused in one line that says why', async (args, message) => {
    const { exitCode, stdout, stderr } = await yuyin(...args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(`yuyin: ${message}`)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe('the yuyin command where no node runs', () => {
  it('opens the database itself, and says how to begin', async () => {
    const empty = await bench.folder()
    const none = await runYuyin('number', 'list', '--data', empty)
    expect(none).toMatchObject({ exitCode: 2, stdout: '' })
    expect(none.stderr).toContain("There is no account yet. 'yuyin account create <name>' makes one.")
    const created = await runYuyin('account', 'create', 'Acme', '--data', empty)
    expect(created.stdout).toMatch(/^Account \d+\. Next: yuyin key create --account \d+\n$/)
    const listed = await runYuyin('account', 'list', '--data', empty)
    expect(listed.stdout).toMatch(/\d+ +Acme +normal\n$/)
  })

  it('says which database it cannot open, without its password', async () => {
    const url = 'postgres://me:hunter2@127.0.0.1:9/yuyin'
    const { exitCode, stderr } = await runYuyin('account', 'list', '--database-url', url)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('127.0.0.1:9')
    expect(stderr).not.toContain('hunter2')
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
