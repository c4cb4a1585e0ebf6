import { silentLog } from '../../src/lib/log.ts'
import type { Relay } from './relay.ts'

/** Our media process, as it is built. */
export async function startMediaRelay(): Promise<Relay> {
  const built = new URL('../../dist/media/start-media.js', import.meta.url)
  const { startMedia }: typeof import('../../src/media/start-media.ts') = await import(built.href)
  const media = await startMedia({ ports: 0, log: silentLog, nice: true })
  const leg = async (port: number) => {
    const session = await media.open({ label: 'bench', host: '127.0.0.1' })
    const remote = { host: '127.0.0.1', port, codec: 'PCMA', payloadType: 8, direction: 'sendrecv' } as const
    await session.connect({ ...remote, telephoneEventPayloadType: 101 })
    return session
  }
  return {
    async addCall(telephones) {
      const [one, other] = [await leg(telephones[0]), await leg(telephones[1])]
      await media.bridge(one, other)
      return [one.local.port, other.local.port]
    },
    cpuSeconds: async () => (await media.statistics()).processCpuSeconds,
    close: () => media.close(),
  }
}
