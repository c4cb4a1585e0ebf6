import { join } from 'node:path'
import type { AccessKey } from '../domain/account/account.ts'
import type { Clock } from '../lib/clock.ts'
import { type Closing, openOrClose } from '../lib/closing.ts'
import type { Log } from '../lib/log.ts'
import { createAccountAdmin } from './accounts/account-admin.ts'
import { devProfile } from './accounts/seed-dev-profile.ts'
import { createAdministration } from './admin/administration.ts'
import { createAnnouncementBook } from './announcements/announcement-book.ts'
import { AcceptBell } from './calls/accept-bell.ts'
import { DurableIntake } from './calls/call-intake.ts'
import { callOffChannel, StoredCallOffs } from './calls/call-offs.ts'
import { SharedCallQueue } from './calls/call-queue.ts'
import { NodeRegister } from './calls/node-register.ts'
import { createRecordReader } from './calls/record-reader.ts'
import { Cleaner } from './cleaner.ts'
import { type Database, openDatabase } from './database.ts'
import { ChangeListener } from './directory/change-listener.ts'
import { RememberingDirectory } from './directory/directory.ts'
import { startEmbeddedServer } from './embedded/embedded-server.ts'
import { SharedRequests } from './limits/shared-requests.ts'
import { prepareDatabase } from './prepare-database.ts'
import { createPushLog } from './receipts/push-log.ts'
import { createPushOutbox } from './receipts/push-outbox.ts'
import { StoredQueues } from './receipts/queue-register.ts'
import { StoredQueueTokens } from './receipts/queue-tokens.ts'
import { BatchedOutbox } from './receipts/receipt-outbox.ts'
import { StoredMessages } from './receipts/receipt-queues.ts'
import { createRecordingAdmin } from './recordings/recording-admin.ts'
import { createRecordingBook } from './recordings/recording-book.ts'
import { openSeal } from './secrets/key-file.ts'
import { createTemporaryKeys } from './secrets/temporary-keys.ts'
import type { Store } from './store.ts'
import { createTraceBook } from './traces/trace-book.ts'
import { createTrunkBoard } from './trunks/trunk-board.ts'
import { createTrunkBook } from './trunks/trunk-book.ts'
import { trunkTables } from './trunks/trunk-tables.ts'

export interface StoreOptions {
  /** Any PostgreSQL 14 or newer, reached directly (not through a transaction pooler); absent: the embedded server. */
  readonly databaseUrl: string | undefined
  /** Holds the embedded database and, unless named otherwise, the key file. */
  readonly dataDir: string
  readonly clock: Clock
  readonly log: Log
  readonly profile: 'dev' | 'production'
  /** The key file for secrets at rest; `<dataDir>/secret.key` when absent. */
  readonly secretKeyFile?: string
  /** Keys that stay disabled on this node, whoever enables them. */
  readonly isBarredKey?: (key: AccessKey) => boolean
  /** `tool`: a command that reads and changes; it is no node, claims nothing and cleans nothing. */
  readonly role?: 'node' | 'tool'
  /** How long traces of calls are kept, days; {@link usualTraceDays} when absent. */
  readonly traceDays?: number
}

/** Traces are looked at within days, and are many. */
export const usualTraceDays = 7

/** When the connection that hears of changes does not answer for so long, it is opened anew. */
const listenerPatienceMs = 10_000

/**
 * Opens the store: starts the embedded server when there is no URL, brings the schema up to date, opens the seal, signs
 * the node in.
 *
 * @throws {EmbeddedRefused | DatabaseRefused | MigrationRefused | KeyFileRefused} with a message that says what to do
 */
export function openStore(options: StoreOptions): Promise<Store> {
  return openOrClose(options.log, (closing) => assemble(options, closing))
}

async function assemble(options: StoreOptions, closing: Closing): Promise<Store> {
  const { clock, log, dataDir } = options
  const isNode = options.role !== 'tool'
  const url = options.databaseUrl ?? (await startServer(dataDir, log, closing))
  const database = openDatabase(url, log)
  closing.add(() => database.close())
  await prepareDatabase(database, log)
  const seal = await openSeal(database, options.secretKeyFile ?? join(dataDir, 'secret.key'))

  const queues = new StoredQueues(database, clock)
  const changeListeners = new Set<() => void>()
  const forget = () => {
    directory.forget()
    queues.forget()
    for (const listener of changeListeners) listener()
  }
  const listener = new ChangeListener({
    clock,
    log,
    connect: () => database.client(listenerPatienceMs),
    onChange: forget,
    news: { [callOffChannel]: (payload) => callOffs.heard(payload) },
  })
  const directory = new RememberingDirectory(
    database,
    seal,
    () => listener.isHearing,
    options.isBarredKey ?? (() => false),
  )
  const register = new NodeRegister(database, clock, log)
  const bell = new AcceptBell(clock)
  const cleaner = new Cleaner({ database, traceDays: options.traceDays ?? usualTraceDays, clock, log })
  const queue = new SharedCallQueue(database, clock, register.nodeId, () => register.mayJudgeOthers)
  const callOffs = new StoredCallOffs(database, clock, register.nodeId, (call) => queue.hold(call.callId))
  closing.add(() => listener.close())
  await listener.open()
  const limits = isNode && options.databaseUrl !== undefined ? new SharedRequests(database, clock, log) : undefined
  const intake = new DurableIntake(database, clock, log, () => bell.ring())
  const messages = new StoredMessages(database, clock, log)
  const outbox = new BatchedOutbox(database, clock, log, (callId) => queue.release(callId))
  if (isNode) {
    closing.add(() => register.signOut())
    // An embedded database has no node but the one that holds its folder.
    await register.signIn(options.databaseUrl === undefined)
    await limits?.start()
    cleaner.start()
    bell.start()
  }
  closing.add(async () => {
    bell.close()
    await cleaner.close()
    await limits?.close()
    await intake.drained()
    await outbox.drained()
    await messages.drained()
  })

  const accounts = createAccountAdmin({ tables: database.tables, clock, seal, changed: forget })
  const tokens = new StoredQueueTokens(database, seal)
  const temporaryKeys = createTemporaryKeys(seal)
  if (options.profile === 'production') await warnOfDevKey(directory, log)
  return {
    calls: {
      accept: (call, guard) => intake.accept(call, guard),
      cancel: (accountId, callId) => callOffs.cancel(accountId, callId),
      claim: (lines, allFree) => queue.claim(lines, allFree),
      putBack: (returned) => queue.putBack(returned),
      onCalledOff: (called) => callOffs.onCalledOff(called),
      calledOffHere: () => queue.calledOffHere(),
      expire: (product, acceptedBefore) => queue.expire(product, acceptedBefore),
      orphans: () => queue.orphans(),
      onAccepted: (called) => bell.onRing(called),
    },
    directory,
    records: createRecordReader(database),
    queueTokens: tokens,
    limits,
    temporaryKeys,
    outbox,
    queueRegister: queues,
    queues: messages,
    credentials: {
      account: (accountId) => directory.account(accountId),
      user: (accountId, userName) => directory.user(accountId, userName),
      temporaryKey: (securityToken) => temporaryKeys.openKey(securityToken),
      accessKey: (accessKeyId) => directory.accessKey(accessKeyId),
      token: (accessKeyId) => tokens.token(accessKeyId),
    },
    pushes: createPushOutbox(database, clock, seal),
    pushLog: createPushLog(database, clock),
    recordings: {
      ...createRecordingBook(database, clock),
      admin: createRecordingAdmin(database, clock),
      link: { proof: (text) => seal.mac(text, 'file link') },
    },
    traces: createTraceBook(database, clock),
    accounts,
    trunks: createTrunkBook({ tables: trunkTables(database), clock, seal, changed: forget }),
    trunkBoard: createTrunkBoard(trunkTables(database), clock, register.nodeId),
    administration: createAdministration(database, clock),
    voices: accounts.voices,
    announcements: createAnnouncementBook({ tables: database.tables, clock, changed: forget }),
    nodeId: register.nodeId,
    url,
    onDirectoryChange(changed) {
      changeListeners.add(changed)
      return () => void changeListeners.delete(changed)
    },
    health: () => answers(database),
    close: () => closing.close(),
  }
}

async function startServer(dataDir: string, log: Log, closing: Closing): Promise<string> {
  const server = await startEmbeddedServer(dataDir, log)
  closing.add(() => server.close())
  return server.url
}

async function answers(database: Database): Promise<void> {
  await database.hot({ name: 'health', text: 'SELECT 1' }, [])
}

async function warnOfDevKey(directory: RememberingDirectory, log: Log): Promise<void> {
  const key = await directory.accessKey(devProfile.accessKeyId)
  if (key?.enabled) {
    log.warn(
      { accessKeyId: key.accessKeyId },
      `the key pair of the public examples may sign requests: disable it with "yuyin key disable ${key.accessKeyId}"`,
    )
  }
}
