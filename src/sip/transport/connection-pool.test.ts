import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { silentLog } from '../../lib/log.ts'
import { ConnectionPool } from './connection-pool.ts'
import { StreamConnection } from './stream-connection.ts'
import type { Remote } from './transport.ts'

const carrier: Remote = { transport: 'tls', host: '192.0.2.1', port: 5061 }
const named: Remote = { ...carrier, certificateName: 'carrier.example' }
const trusted: Remote = { ...carrier, trust: { authorities: 'PEM' } }

function connected(pool: ConnectionPool, peer: Remote): StreamConnection {
  const news = { message: () => undefined, closed: () => undefined }
  const stream = { id: pool.nextId(), socket: new Socket(), transport: peer.transport }
  const connection = new StreamConnection(stream, { clock: new FakeClock(), log: silentLog }, news)
  pool.add(connection, peer)
  return connection
}

test('a connection is used again by who asks for the same name and trust, and by who knows its address only', () => {
  const pool = new ConnectionPool()
  const connection = connected(pool, named)
  expect(pool.find(undefined, { ...named })).toBe(connection)
  expect(pool.find(undefined, carrier)).toBe(connection)
  expect(pool.find(undefined, { ...named, certificateName: 'other.example' })).toBeUndefined()
  expect(pool.find(undefined, trusted)).toBeUndefined()
  expect(pool.find(undefined, { ...named, trust: { verify: 'off' } })).toBeUndefined()
})

test('one that came in never counts as one whose certificate was checked', () => {
  const pool = new ConnectionPool()
  const connection = connected(pool, carrier)
  expect(pool.find(undefined, carrier)).toBe(connection)
  expect(pool.find(undefined, named)).toBeUndefined()
  expect(pool.find(connection.id, named)).toBe(connection)
})

test('an address keeps the terms that it was last called under', () => {
  const pool = new ConnectionPool()
  expect(pool.termsFor(carrier)).toEqual(carrier)
  expect(pool.termsFor(named)).toEqual(named)
  expect(pool.termsFor(carrier)).toEqual(named)
  expect(pool.termsFor({ ...carrier, port: 5071 })).toEqual({ ...carrier, port: 5071 })
  for (let port = 1; port <= 1000; port++) pool.termsFor({ ...named, port })
  expect(pool.termsFor(carrier)).toEqual(carrier)
})

test('what is closed is found no more', () => {
  const pool = new ConnectionPool()
  const [first, second] = [connected(pool, named), connected(pool, named)]
  expect(pool.find(undefined, named)).toBe(second)
  pool.remove(first)
  expect(pool.find(undefined, named)).toBe(second)
  pool.remove(second)
  expect([pool.find(undefined, named), pool.find(second.id, carrier), pool.size]).toEqual([undefined, undefined, 0])
})
