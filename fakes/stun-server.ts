import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

/**
 * A STUN server on loopback for one test. It says that it sees 192.0.2.1 and that port, until `sees` is told otherwise.
 *
 * @param port what it says
 * @param answersFrom the question from which on it answers; those before are lost
 */
export async function stunServer(port: number, answersFrom = 1) {
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  const server = { host: '127.0.0.1', port: 0, sees: '192.0.2.1', questions: 0 }
  socket.on('message', (question, from) => {
    if (++server.questions < answersFrom) return
    const head = Buffer.from('0101000c2112a442', 'hex')
    const address = Buffer.from('00010008000100001234c000', 'hex')
    address.writeUInt16BE(port, 6)
    Buffer.from(server.sees.split('.').map(Number)).copy(address, 8)
    socket.send(Buffer.concat([head, question.subarray(8, 20), address]), from.port, from.address)
  })
  socket.bind(0, server.host)
  await once(socket, 'listening')
  server.port = socket.address().port
  return server
}
