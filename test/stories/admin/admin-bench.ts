import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify from 'fastify'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { issueAdminKey } from '../../../src/admin/access/issue-key.ts'
import { hashPassword } from '../../../src/admin/access/passwords.ts'
import type { Role } from '../../../src/admin/roles.ts'
import { Closing } from '../../../src/lib/closing.ts'
import { openAnnouncementShelf } from '../../../src/recognition/announcement-shelf.ts'
import { convertVoice } from '../../../src/speech/voice/convert-voice.ts'
import { startEmbeddedServer } from '../../../src/store/embedded/embedded-server.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { trunkAdmin } from '../../../src/store/trunks/known-trunks.ts'
import { adminPlugin } from '../../../src/wire/admin/admin-plugin.ts'
import { RememberedLog } from '../../node/remembered-log.ts'
import { AdminClient } from './admin-client.ts'

/** The administration of two nodes on one real store, by real HTTP, with a clock that a test can move. */
export class AdminBench {
  readonly clock: FakeClock
  readonly log: RememberedLog
  readonly store: Store
  /** Nobody in particular. */
  readonly stranger: AdminClient
  /** Nobody in particular, at the other node. */
  readonly elsewhere: AdminClient
  readonly #closing: Closing

  private constructor(parts: Pick<AdminBench, 'clock' | 'log' | 'store' | 'stranger' | 'elsewhere'>, closing: Closing) {
    this.clock = parts.clock
    this.log = parts.log
    this.store = parts.store
    this.stranger = parts.stranger
    this.elsewhere = parts.elsewhere
    this.#closing = closing
  }

  static async open(): Promise<AdminBench> {
    const closing = new Closing()
    const folder = await mkdtemp(join(tmpdir(), 'yuyin-admin-'))
    closing.add(() => rm(folder, { recursive: true }))
    const [clock, log] = [new FakeClock(), new RememberedLog()]
    const server = await startEmbeddedServer(folder, log)
    closing.add(() => server.close())
    const serve = async () => {
      const store = await openStore({ databaseUrl: server.url, dataDir: folder, clock, log, profile: 'dev' })
      closing.add(() => store.close())
      const { accounts, pushLog, administration } = store
      const announcements = openAnnouncementShelf(store.announcements)
      const app = fastify()
      const link = (id: string) => ({ url: `https://files.test/${id}`, expiresAt: clock.now() })
      const recordings = { ...store.recordings.admin, link }
      const trunks = trunkAdmin(store, clock)
      const ports = { accounts, pushLog, announcements, recordings, trunks, ...administration, convertVoice }
      app.register(adminPlugin({ ports, clock, log, isTemporary: () => false, version: '0' }))
      closing.add(() => app.close())
      return { store, client: new AdminClient(await app.listen({ host: '127.0.0.1', port: 0 })) }
    }
    const { store, client: stranger } = await serve()
    const { client: elsewhere } = await serve()
    return new AdminBench({ clock, log, store, stranger, elsewhere }, closing)
  }

  /** A client with a new key of that role, bound to an account or not. */
  async holder(role: Role, accountId?: string): Promise<AdminClient> {
    const bound = accountId === undefined ? {} : { accountId }
    const wanted = { name: 'test', role, createdAt: this.clock.now(), ...bound }
    const { adminKey } = await issueAdminKey(this.store.administration.access.keys, wanted)
    return this.stranger.withKey(adminKey)
  }

  /** Somebody who may sign in. */
  async person(name: string, role: Role, password: string): Promise<void> {
    const { people } = this.store.administration.access
    await people.create({ name, role, enabled: true, passwordHash: await hashPassword(password) })
  }

  close(): Promise<void> {
    return this.#closing.close()
  }
}
