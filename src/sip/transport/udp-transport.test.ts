import { expect, test } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { silentLog } from '../../lib/log.ts'
import { openUdp } from './udp-transport.ts'

test('what can be sent nowhere, as a Contact or Via with port 0 asks for, fails later and throws nothing', async () => {
  const listener = { transport: 'udp', host: '127.0.0.1', port: 0 } as const
  const transport = await openUdp(listener, () => undefined, { clock: new FakeClock(), log: silentLog })
  const failed: string[] = []
  const why = new Promise<string>((resolve) => {
    transport.send(Buffer.from('x'), listener, (reason) => {
      failed.push(reason)
      resolve(reason)
    })
  })
  expect(failed).toEqual([])
  expect(await why).toContain('0')
  await transport.close()
})
