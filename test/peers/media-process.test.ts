import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { hasCode } from '../../src/lib/error-code.ts'
import { silentLog } from '../../src/lib/log.ts'
import { type MediaSession, MediaUnavailable, type RemoteMedia } from '../../src/media/media.ts'
import { startMedia } from '../../src/media/start-media.ts'

type Started = Awaited<ReturnType<typeof startMedia>>
const started: Started[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((media) => media.close()))
})

async function start(ports: { from: number; to: number } | 0 = 0): Promise<Started> {
  const media = await startMedia({ ports, log: silentLog })
  started.push(media)
  return media
}

const remote = (port: number): RemoteMedia => {
  return { host: '127.0.0.1', port, codec: 'PCMA', payloadType: 8, direction: 'sendrecv' }
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false
    throw error
  }
}

describe('the media process', () => {
  it('that dies ends its sessions and is there again for the next', async () => {
    const media = await start()
    const session = await media.open({ label: 'call', host: '127.0.0.1' })
    await session.connect(remote(9))
    const lost = once(session, 'lost')
    const listening = await session.listen(() => undefined)
    const bridge = await media.bridge(session, await media.open({ label: 'other', host: '127.0.0.1' }))
    const pressed = session.press('1')
    const playback = session.play({ files: ['/nowhere.wav'], times: 1, gapMs: 0, volume: 100 })
    process.kill(media.pid ?? 0, 'SIGKILL')
    // What is over with the process need not be ended: before its end is told, and after.
    playback.stop()
    await Promise.all([listening.stop(), bridge.close()])
    await expect(pressed).rejects.toThrow(MediaUnavailable)
    await lost
    expect(await playback.finished).toMatchObject({ end: 'failed' })
    playback.stop()
    await Promise.all([listening.stop(), bridge.close()])
    await expect(media.open({ label: 'too early', host: '127.0.0.1' })).rejects.toThrow(MediaUnavailable)
    await expect(session.connect(remote(9))).rejects.toThrow(MediaUnavailable)
    expect(await session.close()).toMatchObject({ packetsReceived: 0 })
    const again = await vi.waitFor(() => media.open({ label: 'later', host: '127.0.0.1' }), 20_000)
    expect((await media.statistics()).sessions).toBe(1)
    await again.close()
  })

  it('ends with the program, however that ends', async () => {
    const program = `
      import { startMedia } from ${JSON.stringify(new URL('../../src/media/start-media.ts', import.meta.url).href)}
      import { silentLog } from ${JSON.stringify(new URL('../../src/lib/log.ts', import.meta.url).href)}
      const media = await startMedia({ ports: 0, log: silentLog })
      console.log(media.pid)`
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [printed] = await once(parent.stdout, 'data')
    const pid = Number(String(printed))
    expect(isRunning(pid)).toBe(true)
    parent.kill('SIGKILL')
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 20_000)
  })

  it('ends when it is told to, and says so to whoever asks later', async () => {
    const media = await start()
    const pid = media.pid ?? 0
    await media.open({ label: 'call', host: '127.0.0.1' })
    await media.close()
    await media.close()
    expect(isRunning(pid)).toBe(false)
    await expect(media.open({ label: 'call', host: '127.0.0.1' })).rejects.toThrow('closed')
  })

  it('does not let a stranger in, over sockets, before the far end speaks and after', async () => {
    const media = await start()
    const [here, there] = [
      await media.open({ label: 'here', host: '127.0.0.1' }),
      await media.open({ label: 'there', host: '127.0.0.1' }),
    ]
    let isHeard = false
    here.on('heard', () => {
      isHeard = true
    })
    const stranger = createSocket('udp4')
    const packet = Buffer.alloc(172, 1)
    packet.writeUInt16BE(0x8008, 0)
    stranger.on('message', () => expect.unreachable('audio went to a stranger'))
    const attack = async (foreign: number) => {
      for (let i = 0; i < 20; i++) stranger.send(packet, here.local.port, '127.0.0.1')
      await vi.waitFor(async () => expect((await here.statistics()).packetsForeign).toBe(foreign), 5000)
    }
    await here.connect(remote(there.local.port))
    await attack(20)
    expect(isHeard).toBe(false)
    const heard = once(here, 'heard')
    await there.connect(remote(here.local.port))
    await heard
    await attack(40)
    stranger.close()
    await Promise.all([here.close(), there.close()])
  })

  it('says when no port is left, and gives ports back', async () => {
    const free = await (await start()).open({ label: 'probe', host: '127.0.0.1' })
    const { port } = free.local
    await free.close()
    const media = await start({ from: port, to: port + 1 })
    const only = await media.open({ label: 'only', host: '127.0.0.1' })
    expect(only.local.port).toBe(port)
    await expect(media.open({ label: 'none', host: '127.0.0.1' })).rejects.toThrow('no free RTP port')
  })

  it('is as small after ten thousand sessions as before', async () => {
    const media = await start()
    const cycle = async () => {
      const session: MediaSession = await media.open({ label: 'churn', host: '127.0.0.1' })
      await session.connect(remote(9))
      await session.close()
    }
    const cycles = async (count: number) => {
      for (let i = 0; i < count; i += 50) await Promise.all(Array.from({ length: 50 }, cycle))
    }
    const openFiles = async () => (await readdir(`/proc/${media.pid}/fd`)).length
    await cycles(2000)
    const [before, filesBefore] = [await media.statistics(), await openFiles()]
    await cycles(10_000)
    const [after, filesAfter] = [await media.statistics(), await openFiles()]
    expect(after).toMatchObject({ sessions: 0, playbacks: 0 })
    expect(filesAfter).toBeLessThanOrEqual(filesBefore + 2)
    expect(after.residentBytes).toBeLessThan(before.residentBytes * 1.25 + 20e6)
  })
})
