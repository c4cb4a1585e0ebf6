import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import type { Clock, Timer } from '../../lib/clock.ts'
import { bindingQuestion, type MappedAddress, readBindingAnswer } from './stun-message.ts'

/** The usual port (RFC 5389 §9). */
export const stunPort = 3478

/** RFC 5389 §7.2.1 starts with 500 ms and sends seven times; a start of a node does not wait for half a minute. */
const firstPauseMs = 250
const mostQuestions = 5

/** A STUN server did not answer, or not as it should. */
export class StunFailed extends Error {
  override readonly name = 'StunFailed'
}

/** `stun.example`, `stun.example:3479`, `[2001:db8::1]:3478` */
export function readStunServer(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  const number = Number(port ?? stunPort)
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number }
}

/**
 * Asks servers one after the other, from one socket, as which address and port they see it.
 *
 * @param bind local address of the socket
 * @returns what each of them saw, in their order
 * @throws {StunFailed} when one does not answer
 */
export async function askStun(
  servers: readonly { readonly host: string; readonly port: number }[],
  bind: string,
  clock: Clock,
): Promise<{ local: MappedAddress; mapped: MappedAddress[] }> {
  const socket = createSocket(isIPv6(bind) ? 'udp6' : 'udp4')
  try {
    socket.bind(0, bind)
    await once(socket, 'listening')
    const { address, port } = socket.address()
    const mapped: MappedAddress[] = []
    for (const server of servers) mapped.push(await ask(socket, server, clock))
    return { local: { host: address, port }, mapped }
  } finally {
    socket.close()
  }
}

function ask(
  socket: Socket,
  { host, port }: { readonly host: string; readonly port: number },
  clock: Clock,
): Promise<MappedAddress> {
  const { bytes, transactionId } = bindingQuestion()
  const where = `the STUN server ${host}:${port}`
  return new Promise((resolve, reject) => {
    let timer: Timer | undefined
    const finish = (settle: () => void) => {
      timer?.cancel()
      socket.off('message', hear)
      socket.off('error', fail)
      settle()
    }
    const fail = (error: Error) => finish(() => reject(new StunFailed(`${where}: ${error.message}`)))
    const hear = (message: Buffer) => {
      const answer = readBindingAnswer(message, transactionId)
      if (answer?.kind === 'mapped') finish(() => resolve(answer.address))
      if (answer?.kind === 'refused') fail(new Error(`it refuses with ${answer.code}`))
    }
    const send = (count: number) => {
      if (count === mostQuestions) {
        fail(new Error('it does not answer'))
        return
      }
      socket.send(bytes, port, host, (error) => {
        if (error !== null) fail(error)
      })
      timer = clock.after(firstPauseMs * 2 ** count, () => send(count + 1))
    }
    socket.on('message', hear)
    socket.on('error', fail)
    send(0)
  })
}
