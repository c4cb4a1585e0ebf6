import { readdirSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { canonicalHost } from '../../../src/lib/canonical-host.ts'
import { bindSocketPair } from '../../../src/media/udp/socket-pair.ts'
import { maxDatagramBytes, type UdpSocket, type UdpSockets } from '../../../src/media/udp/udp-sockets.ts'

/** What arrived at a socket, as text, with where it came from. */
interface Heard {
  text: string
  host: string
  port: number
}

/** What sessions rely on, whoever does the work. */
export function describeUdpSockets(sockets: UdpSockets): void {
  const open: UdpSocket[] = []
  const bind = async (host = '127.0.0.1', port = 0): Promise<UdpSocket> => {
    const socket = await sockets.bind(host, port)
    open.push(socket)
    return socket
  }
  /** A socket and what it hears. */
  const listener = async (host = '127.0.0.1') => {
    const heard: Heard[] = []
    const socket = await bind(host)
    socket.listen((datagram, from, port) => heard.push({ text: datagram.toString('latin1'), host: from, port }))
    return { socket, heard, at: { host, port: socket.port } }
  }
  afterEach(async () => {
    for (const socket of open.splice(0)) await socket.close()
  })

  describe(`${sockets.kind} UDP sockets`, () => {
    it.each(['127.0.0.1', '::1'])('carry datagrams both ways on %s and tell where they come from', async (host) => {
      const [here, there] = [await listener(host), await listener(host)]
      here.socket.send(Buffer.from('hello'), there.at)
      await until(() => there.heard.length === 1)
      expect(there.heard).toEqual([{ text: 'hello', host, port: here.socket.port }])
      there.socket.send(Buffer.from('and you'), here.at)
      await until(() => here.heard.length === 1)
      expect(here.heard).toEqual([{ text: 'and you', host, port: there.socket.port }])
    })

    it('bind a given port once, and again when it was closed', async () => {
      const first = await bind()
      await expect(bind('127.0.0.1', first.port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
      await first.close()
      expect((await bind('127.0.0.1', first.port)).port).toBe(first.port)
    })

    it('refuse an address that is not here with the code of the system', async () => {
      await expect(bind('192.0.2.1')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' })
    })

    it('keep order, length and content of many datagrams sent in one turn', async () => {
      const [here, there] = [await listener(), await listener()]
      const lengths = Array.from({ length: 150 }, (_, i) => (i * 37) % 400)
      const texts = lengths.map((length, i) => String.fromCharCode(33 + (i % 90)).repeat(length))
      for (const text of texts) here.socket.send(Buffer.from(text), there.at)
      await until(() => there.heard.length === texts.length)
      expect(there.heard.map(({ text }) => text)).toEqual(texts)
    })

    it('have taken a datagram when send returns', async () => {
      const [here, there] = [await listener(), await listener()]
      const datagram = Buffer.alloc(100)
      for (const letter of 'abc') here.socket.send(datagram.fill(letter), there.at)
      datagram.fill('x')
      await until(() => there.heard.length === 3)
      expect(there.heard.map(({ text }) => text[99])).toEqual(['a', 'b', 'c'])
    })

    it('hear and send what is long enough for anything of RTP, and drop what is longer', async () => {
      const [here, there] = [await listener(), await listener()]
      here.socket.send(Buffer.alloc(maxDatagramBytes + 1, 'x'), there.at)
      here.socket.send(Buffer.alloc(maxDatagramBytes, 'y'), there.at)
      here.socket.send(Buffer.alloc(0), there.at)
      await until(() => there.heard.length === 2)
      expect(there.heard.map(({ text }) => text)).toEqual(['y'.repeat(maxDatagramBytes), ''])
    })

    it('send to the new place as soon as it changes, and what came before to the old one', async () => {
      const [here, one, two] = [await listener(), await listener(), await listener()]
      here.socket.send(Buffer.from('1'), one.at)
      here.socket.send(Buffer.from('2'), two.at)
      here.socket.send(Buffer.from('3'), one.at)
      await until(() => one.heard.length === 2 && two.heard.length === 1)
      expect([one, two].map(({ heard }) => heard.map(({ text }) => text))).toEqual([['1', '3'], ['2']])
    })

    it('lose what cannot be sent, and go on', async () => {
      const [here, there] = [await listener(), await listener()]
      const before = sockets.unsent
      for (const host of ['::1', 'fe80::1%none', 'not an address']) {
        here.socket.send(Buffer.from('lost'), { host, port: there.socket.port })
      }
      here.socket.send(Buffer.from('lost'), { host: '127.0.0.1', port: 0 })
      await until(() => sockets.unsent === before + 4)
      here.socket.send(Buffer.from('found'), there.at)
      await until(() => there.heard.length === 1)
      expect(there.heard[0]?.text).toBe('found')
    })

    it('still send what was sent before they are closed, and nothing after', async () => {
      const [here, there] = [await listener(), await listener()]
      here.socket.send(Buffer.from('bye'), there.at)
      const closed = here.socket.close()
      here.socket.send(Buffer.from('too late'), there.at)
      await closed
      await here.socket.close()
      const other = await listener()
      other.socket.send(Buffer.from('last'), there.at)
      await until(() => there.heard.length === 2)
      expect(there.heard.map(({ text }) => text)).toEqual(['bye', 'last'])
    })

    it('hear nothing more once they are closed, though it is waiting', async () => {
      const [here, there] = [await listener(), await listener()]
      let heard = 0
      const closing = await bind()
      closing.listen(() => {
        heard++
        closing.close()
      })
      for (let n = 0; n < 20; n++) here.socket.send(Buffer.from('x'), { host: '127.0.0.1', port: closing.port })
      here.socket.send(Buffer.from('end'), there.at)
      await until(() => there.heard.length === 1 && heard > 0)
      await turn()
      expect(heard).toBe(1)
    })

    it('lend the datagram to a handler, which may change it and send it on', async () => {
      const [here, there] = [await listener(), await listener()]
      const relays = await Promise.all(Array.from({ length: 20 }, () => bind()))
      for (const relay of relays) {
        relay.listen((datagram) => {
          datagram.write('R')
          relay.send(datagram.subarray(0, 4), there.at)
        })
      }
      const texts = relays.flatMap((_, i) => [0, 1, 2, 3, 4].map((n) => `-${String(i).padStart(2, '0')}${n}xyz`))
      texts.forEach((text, i) => {
        here.socket.send(Buffer.from(text), { host: '127.0.0.1', port: relays[Math.floor(i / 5)]?.port ?? 0 })
      })
      await until(() => there.heard.length === texts.length)
      expect(there.heard.map(({ text }) => text).sort()).toEqual(texts.map((text) => `R${text.slice(1, 4)}`).sort())
    })

    it.each(['127.0.0.1', '::1'])(
      'hear the far end and strangers on %s however long they sent to one place',
      async (host) => {
        const [here, there, stranger] = [await listener(host), await listener(host), await listener(host)]
        for (let n = 0; n < 100; n++) here.socket.send(Buffer.from(`${n}`), there.at)
        await until(() => there.heard.length === 100)
        expect(there.heard.map(({ text, port }) => [text, port])).toEqual(
          Array.from({ length: 100 }, (_, n) => [`${n}`, here.socket.port]),
        )
        stranger.socket.send(Buffer.from('stranger'), here.at)
        there.socket.send(Buffer.from('friend'), here.at)
        await until(() => here.heard.length === 2)
        expect(here.heard.map(({ text, port }) => [text, port]).sort()).toEqual([
          ['friend', there.socket.port],
          ['stranger', stranger.socket.port],
        ])
        await expect(bind(host, here.socket.port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
        // To another place from the same port, at once.
        here.socket.send(Buffer.from('you'), stranger.at)
        await until(() => stranger.heard.length === 1)
        expect(stranger.heard).toEqual([{ text: 'you', host, port: here.socket.port }])
        there.socket.send(Buffer.from('still here'), here.at)
        await until(() => here.heard.length === 3)
        await here.socket.close()
        await (await bind(host, here.socket.port)).close()
      },
    )

    it('go on sending to a port where nobody is, and are heard when somebody is', async () => {
      const [here, gone] = [await bind(), await bind()]
      const at = { host: '127.0.0.1', port: gone.port }
      await gone.close()
      for (let n = 0; n < 100; n++) {
        here.send(Buffer.from('anybody'), at)
        await turn()
      }
      const back = await bind('127.0.0.1', gone.port)
      let heard = 0
      back.listen(() => heard++)
      for (let n = 0; n < 10; n++) here.send(Buffer.from('anybody'), at)
      await until(() => heard === 10)
    })

    it('hear all of many that have something at once, each in its order', async () => {
      const [here, many] = [await bind(), await Promise.all(Array.from({ length: 100 }, () => listener()))]
      for (const n of ['1', '2', '3']) for (const { at } of many) here.send(Buffer.from(n), at)
      await until(() => many.every(({ heard }) => heard.length === 3))
      expect(new Set(many.map(({ heard }) => heard.map(({ text }) => text).join('')))).toEqual(new Set(['123']))
    })

    it('hear one beside another that is flooded', async () => {
      const [here, calm] = [await bind(), await listener()]
      const flooded = await bind()
      let floods = 0
      flooded.listen(() => {
        floods++
        here.send(Buffer.from('more'), { host: '127.0.0.1', port: flooded.port })
        if (floods === 2000) here.send(Buffer.from('calm'), calm.at)
      })
      for (let n = 0; n < 100; n++) here.send(Buffer.from('more'), { host: '127.0.0.1', port: flooded.port })
      await until(() => calm.heard.length === 1)
      await flooded.close()
      expect(floods).toBeGreaterThanOrEqual(2000)
    })

    it('hear IPv4 on all addresses of both families', async () => {
      const [here, all] = [await bind(), await listener('::')]
      here.send(Buffer.from('four'), { host: '127.0.0.1', port: all.socket.port })
      await until(() => all.heard.length === 1)
      expect(canonicalHost(all.heard[0]?.host ?? '')).toBe('127.0.0.1')
    })

    it('come in pairs of an even port and its neighbour, whole or not at all', async () => {
      const [here, there] = [await bindSocketPair(sockets, '127.0.0.1', 0), await listener()]
      expect(here.local.port % 2).toBe(0)
      await expect(bindSocketPair(sockets, '127.0.0.1', here.local.port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
      here.sendRtp(Buffer.from('rtp'), there.at)
      here.sendRtcp(Buffer.from('rtcp'), there.at)
      await until(() => there.heard.length === 2)
      expect(there.heard.map(({ text, port }) => [text, port - here.local.port]).sort()).toEqual([
        ['rtcp', 1],
        ['rtp', 0],
      ])
      const arrived: string[] = []
      here.listen({ rtp: () => arrived.push('rtp'), rtcp: () => arrived.push('rtcp') })
      there.socket.send(Buffer.from('x'), { host: '127.0.0.1', port: here.local.port + 1 })
      await until(() => arrived.length === 1)
      expect(arrived).toEqual(['rtcp'])
      await here.close()
      await (await bindSocketPair(sockets, '127.0.0.1', here.local.port)).close()
    })

    it('leave no descriptor behind', async () => {
      const before = descriptors()
      const many = await Promise.all(Array.from({ length: 200 }, () => sockets.bind('127.0.0.1', 0)))
      expect(descriptors()).toBeGreaterThanOrEqual(before + 200)
      await Promise.all(many.map((socket) => socket.close()))
      expect(descriptors()).toBe(before)
    })
  })
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length
}

/** Waits for something that the loopback is about to bring. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn()
}
