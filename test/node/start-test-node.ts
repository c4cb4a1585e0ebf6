import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { readConfig, type SettingName } from '../../src/config.ts'
import type { Endpoints } from '../../src/endpoints.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Closing } from '../../src/lib/closing.ts'
import { silentLog } from '../../src/lib/log.ts'
import { startNode } from '../../src/main.ts'
import type { TemporaryKeys } from '../../src/operations/ports.ts'
import type { AccountAdmin } from '../../src/store/accounts/account-admin.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { type Answer, type CallDetail, NodeClient } from './node-client.ts'
import { RememberedLog } from './remembered-log.ts'

/** A whole node in this process, on a data folder of its own: what `yuyin serve --profile dev` runs. */
export interface TestNode {
  readonly endpoints: Endpoints
  /** Its data folder: `--data` of the commands that are to mean this node. */
  readonly data: string
  /** Signed requests of the untouched npm SDK, and shorthands for them. */
  readonly client: NodeClient
  /** What the `yuyin account|key|voice|…` commands work on. */
  readonly admin: AccountAdmin
  /** What `yuyin trunk` works on. */
  readonly trunks: Pick<Store, 'trunks' | 'trunkBoard'>
  /** What `yuyin key temporary|bearer` issues with. */
  readonly temporaryKeys: TemporaryKeys
  /** Everything that the node logged, `debug` included. */
  readonly log: RememberedLog
  /** One signed request. A refusal is an answer like the others. */
  call(action: string, parameters: object): Promise<Answer>
  detail(callId: string): Promise<CallDetail>
  /** Waits until the call has its record. @throws when it has none after `patienceMs` */
  ended(callId: string): Promise<CallDetail>
  /** Ends the node and removes its data. Closing twice is closing once. */
  close(): Promise<void>
}

/**
 * Starts a node of the dev profile: ports are free ones, callee frequency and request limits are off, and settings of
 * this machine's shell or files do not count.
 *
 * @param settings by name, as text: `{ phones: 'off', trunkPort: '5070' }`
 * @throws with the node's log when it does not start
 */
export async function startTestNode(settings: Readonly<Partial<Record<SettingName, string>>> = {}): Promise<TestNode> {
  const data = await mkdtemp(join(tmpdir(), 'yuyin-test-node-'))
  const closing = new Closing()
  closing.add(() => rm(data, { recursive: true, force: true, maxRetries: 5 }))
  const log = new RememberedLog()
  try {
    const ports = { httpPort: '0', sipPort: '0', rtpPorts: '0' }
    const flags = { profile: 'dev', data, ...ports, calleeLimits: 'off', requestLimits: 'off', ...settings }
    const config = readConfig({ file: join(data, 'no-file.yaml'), environment: {}, flags })
    const node = await startNode(config, log)
    closing.add(() => node.close())
    const tool = { dataDir: data, profile: 'dev', role: 'tool', clock: systemClock, log: silentLog } as const
    const store = await openStore({ ...tool, databaseUrl: node.endpoints.database })
    closing.add(() => store.close())
    const client = new NodeClient(node.endpoints.http)
    return {
      endpoints: node.endpoints,
      data,
      client,
      admin: store.accounts,
      trunks: store,
      temporaryKeys: store.temporaryKeys,
      log,
      call: (action, parameters) => client.call(action, parameters),
      detail: (callId) => client.detail(callId),
      ended: (callId) => client.ended(callId),
      close: () => closing.close(),
    }
  } catch (error) {
    await closing.close()
    throw new Error(`the node did not start:\n${log.text()}`, { cause: error })
  }
}

/** After a failed test, prints what the node logged during that test. Call it at the top of a test file. */
export function printLogOnFailure(node: () => TestNode | undefined): void {
  let before = 0
  afterEach(({ task }) => {
    const log = node()?.log
    if (log === undefined) return
    if (task.result?.state === 'fail') console.error(`The node's log during "${task.name}":\n${log.text(before)}`)
    before = log.entries.length
  })
}
