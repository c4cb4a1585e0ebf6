import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bencoded, bdecode, bencode } from './bencode.ts'
import type { Relay } from './relay.ts'

const program = '/usr/bin/rtpengine'
/** What the system counts CPU time in. */
const ticksPerSecond = 100
const startTries = 100
const answerMs = 5000

/**
 * Debian's rtpengine without its kernel module, on loopback: every packet goes through its own process, as with ours.
 *
 * @throws when it is not installed or does not answer
 */
export async function startRtpengine(): Promise<Relay> {
  if (!existsSync(program)) throw new Error('rtpengine is missing: apt-get install rtpengine-daemon')
  const control = await boundSocket()
  const port = await freePort()
  const child = spawn(
    program,
    [
      '--foreground',
      '--table=-1',
      '--interface=127.0.0.1',
      `--listen-ng=127.0.0.1:${port}`,
      '--port-min=40000',
      '--port-max=59999',
      '--log-level=2',
      '--log-stderr',
      '--config-file=none',
      '--pidfile=/dev/null',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const ng = new NgClient(control, port)
  await answersPing(child, ng)
  let calls = 0
  return {
    async addCall(telephones) {
      const name = `call-${calls++}`
      const leg = { 'call-id': name, 'from-tag': 'one', ICE: 'remove' }
      const offered = await ng.ask({ command: 'offer', ...leg, sdp: sdpOn(telephones[0]) })
      const answered = await ng.ask({ command: 'answer', ...leg, 'to-tag': 'other', sdp: sdpOn(telephones[1]) })
      // The offer goes on to the second telephone with the port it is to send to; the answer to the first.
      return [portIn(answered), portIn(offered)]
    },
    async cpuSeconds() {
      const stat = await readFile(`/proc/${child.pid}/stat`, 'latin1')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
    },
    async close() {
      control.close()
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** rtpengine's NG protocol: a cookie, a space, a bencoded dictionary, in one datagram each way. */
class NgClient {
  readonly #socket: Socket
  readonly #port: number
  #cookie = 0

  constructor(socket: Socket, port: number) {
    this.#socket = socket
    this.#port = port
  }

  /** @throws when it answers with an error, or not at all */
  async ask(question: Bencoded, waitMs = answerMs): Promise<Bencoded> {
    const cookie = `c${this.#cookie++}`
    this.#socket.send(`${cookie} ${bencode(question)}`, this.#port, '127.0.0.1')
    const signal = AbortSignal.timeout(waitMs)
    for (;;) {
      const [datagram]: Buffer[] = await once(this.#socket, 'message', { signal })
      const text = datagram?.toString('latin1') ?? ''
      if (!text.startsWith(`${cookie} `)) continue
      const answer = bdecode(text.slice(cookie.length + 1))
      if (textAt(answer, 'result') === 'error') throw new Error(`rtpengine: ${textAt(answer, 'error-reason')}`)
      return answer
    }
  }
}

async function answersPing(child: ChildProcess, ng: NgClient): Promise<void> {
  for (let attempt = 0; attempt < startTries && child.exitCode === null; attempt++) {
    const isThere = await ng.ask({ command: 'ping' }, 100).then(
      () => true,
      () => false,
    )
    if (isThere) return
    await sleep(50)
  }
  child.kill('SIGKILL')
  throw new Error('rtpengine does not answer; its log tells why')
}

function sdpOn(port: number): string {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 8 101`,
  ]
  return [...lines, 'a=rtpmap:8 PCMA/8000', 'a=rtpmap:101 telephone-event/8000', 'a=sendrecv', ''].join('\r\n')
}

function portIn(answer: Bencoded): number {
  const port = Number(/m=audio (\d+)/.exec(textAt(answer, 'sdp'))?.[1])
  if (Number.isNaN(port)) throw new Error('rtpengine answered without a port')
  return port
}

function textAt(value: Bencoded, key: string): string {
  return typeof value === 'object' && key in value
    ? String(Object.entries(value).find(([name]) => name === key)?.[1])
    : ''
}

async function boundSocket(): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

async function freePort(): Promise<number> {
  const socket = await boundSocket()
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
