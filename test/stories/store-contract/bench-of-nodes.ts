import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'

/** A PostgreSQL server that a suite runs against. */
export interface ServerUnderTest {
  readonly url: string
  stop(): Promise<void>
}

/** What a test of the contract works with: an empty database, and as many nodes on it as it opens. */
export interface TestNodes {
  /** Opens one more node. All share one key file and, unless told otherwise, the clock. */
  open(options?: { keyFile?: string; databaseUrl?: string; clock?: FakeClock }): Promise<Store>
  /** Runs SQL beside the nodes. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>
  readonly clock: FakeClock
  readonly folder: string
  readonly url: string
}

/** Gives every test of the surrounding suite an empty database on the server. */
export function nodesOn(start: () => Promise<ServerUnderTest>): TestNodes {
  let server: ServerUnderTest
  let admin: pg.Client
  let sqlClient: pg.Client
  let folder = ''
  let url = ''
  let clock = new FakeClock()
  let stores: Store[] = []
  let databases = 0

  beforeAll(async () => {
    server = await start()
    admin = new pg.Client(server.url)
    await admin.connect()
  })
  afterAll(async () => {
    await admin.end()
    await server.stop()
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yuyin-store-'))
    clock = new FakeClock()
    stores = []
    const name = `test_${++databases}`
    await admin.query(`CREATE DATABASE ${name}`)
    const wanted = new URL(server.url)
    wanted.pathname = `/${name}`
    url = wanted.href
    sqlClient = new pg.Client(url)
    await sqlClient.connect()
  })
  afterEach(async () => {
    for (const store of stores) await store.close()
    await sqlClient.end()
    await admin.query(`DROP DATABASE test_${databases}`)
    await rm(folder, { recursive: true })
  })

  return {
    async open(options = {}) {
      const store = await openStore({
        databaseUrl: options.databaseUrl ?? url,
        dataDir: folder,
        secretKeyFile: options.keyFile ?? join(folder, 'secret.key'),
        clock: options.clock ?? clock,
        log: silentLog,
        profile: 'dev',
      })
      stores.push(store)
      return store
    },
    async sql<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      return (await sqlClient.query<Row>(text, [...values])).rows
    },
    get clock() {
      return clock
    },
    get folder() {
      return folder
    },
    get url() {
      return url
    },
  }
}
