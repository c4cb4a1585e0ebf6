import { describe, expect, it } from 'vitest'
import { routes } from '../../admin/catalogue.ts'
import { type AskedCommand, changes, targetOf } from './changes.ts'

const directory = {
  accessKey: async (accessKeyId: string) =>
    accessKeyId === 'testId' ? { accountId: '1000000001', accessKeyId, secret: 's', enabled: true } : undefined,
}

async function written(command: string, args: readonly string[], some: Partial<AskedCommand> = {}): Promise<string> {
  const change = changes[command]
  if (change === undefined) throw new Error(`${command} changes nothing`)
  const asked = { args, options: {}, directory, ...some }
  const { route, parts = {} } = await change(asked)
  return `${route} ${await targetOf({ route, parts }, asked)}`
}

const account = async () => '1000000002'

describe('a change from the command line is written down as its request to /admin would be', () => {
  it.each<[string, string[], Partial<AskedCommand>, string]>([
    ['account create', ['Clinic'], {}, 'createAccount /accounts'],
    ['account disable', ['1000000002'], {}, 'putAccount /accounts/1000000002'],
    ['user attach', ['li', 'Full'], { account }, 'putUser /accounts/1000000002/users/li'],
    ['number add', ['0571-8888'], { account }, 'putNumber /accounts/1000000002/numbers/0571-8888'],
    ['key create', [], { account }, 'createKey /accounts/1000000002/keys'],
    ['key disable', ['testId'], { account }, 'putKey /accounts/1000000001/keys/testId'],
    ['price set', ['ivr', '0.1'], {}, 'putPrice /prices/ivr'],
    ['price set', ['ivr', '0.1'], { options: { for: '7' } }, 'putAccountPrice /accounts/7/prices/ivr'],
    ['ledger top-up', ['100'], { account }, 'putBooking /accounts/1000000002/bookings'],
    ['ledger top-up', ['9'], { account, options: { reference: 'r1' } }, 'putBooking /accounts/1000000002/bookings/r1'],
    ['trunk set', ['carrier'], {}, 'putTrunk /trunks/carrier'],
    ['voice add', ['a/b.wav'], { account }, 'putVoice /accounts/1000000002/voices/b.wav'],
    ['announcement add', ['suspended', 'a/b.wav'], {}, 'putAnnouncement /announcements/b'],
    ['announcement add', ['x', 'b.wav'], { options: { code: 'c' } }, 'putAnnouncement /announcements/c'],
    ['push replay', ['1,2'], { account }, 'replayPushes /accounts/1000000002/pushes/replay'],
    ['recording link', ['ab'], { account }, 'linkRecording /accounts/1000000002/recordings/ab/link'],
    ['blacklist add', ['贷款/钱'], {}, 'putWord /blacklist/%E8%B4%B7%E6%AC%BE%2F%E9%92%B1'],
    ['admin key create', ['deploy'], {}, 'createAdminKey /admin-keys'],
  ])('%s %j', async (command, args, some, words) => {
    expect(await written(command, args, some)).toBe(words)
  })

  it('names no route that there is not', async () => {
    const writing = routes.filter(({ method }) => method !== 'GET').map(({ name }) => name)
    for (const command of Object.keys(changes)) {
      const [route] = (await written(command, ['one', 'two'], { account })).split(' ')
      expect(writing).toContain(route)
    }
  })
})
