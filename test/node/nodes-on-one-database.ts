import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig, type SettingName } from '../../src/config.ts'
import { Closing } from '../../src/lib/closing.ts'
import { silentLog } from '../../src/lib/log.ts'
import { startNode } from '../../src/main.ts'
import { startEmbeddedServer } from '../../src/store/embedded/embedded-server.ts'

/** Nodes of the dev profile in this process, on one PostgreSQL that none of them owns, and with one key file. */
export class NodesOnOneDatabase {
  readonly #folder: string
  readonly #databaseUrl: string
  readonly #closing: Closing

  private constructor(folder: string, databaseUrl: string, closing: Closing) {
    this.#folder = folder
    this.#databaseUrl = databaseUrl
    this.#closing = closing
  }

  /** Starts the database. */
  static async open(): Promise<NodesOnOneDatabase> {
    const closing = new Closing()
    const folder = await mkdtemp(join(tmpdir(), 'yuyin-nodes-'))
    closing.add(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
    const server = await startEmbeddedServer(join(folder, 'database'), silentLog)
    closing.add(() => server.close())
    return new NodesOnOneDatabase(folder, server.url, closing)
  }

  /** Starts a node on free ports, with a data folder of that name. @returns where its API is */
  async start(name: string, settings: Readonly<Partial<Record<SettingName, string>>>): Promise<string> {
    const flags = {
      ...{ profile: 'dev', data: join(this.#folder, name), databaseUrl: this.#databaseUrl },
      ...{ secretKeyFile: join(this.#folder, 'secret.key'), httpPort: '0', sipPort: '0', rtpPorts: '0' },
      ...settings,
    }
    const config = readConfig({ file: join(this.#folder, 'no-file.yaml'), environment: {}, flags })
    const node = await startNode(config, silentLog)
    this.#closing.add(() => node.close())
    return node.endpoints.http
  }

  /** Ends the nodes, then the database, and removes everything. */
  close(): Promise<void> {
    return this.#closing.close()
  }
}
