import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { hasCode } from '../../src/lib/error-code.ts'

/** Opens a server (TCP, TLS, HTTP) on 127.0.0.1. @param port absent: one that is free. @returns the port */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address.port
}

/** A port of 127.0.0.1 that is free right now, for UDP and for TCP: for a program that cannot be asked which one it got. */
export async function freePort(): Promise<number> {
  for (;;) {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    const isFree = await isFreeForTcp(port)
    socket.close()
    await once(socket, 'close')
    if (isFree) return port
  }
}

async function isFreeForTcp(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await listenOnLoopback(server, port)
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) return false
    throw error
  }
  server.close()
  await once(server, 'close')
  return true
}

/** Whether somebody takes TCP connections there. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
    return true
  } catch (error) {
    if (hasCode(error, 'ECONNREFUSED')) return false
    throw error
  } finally {
    socket.destroy()
  }
}
