import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { startEmbeddedServer } from '../../src/store/embedded/embedded-server.ts'
import { storeContract } from './store-contract/store-contract.ts'

describe('the store keeps its promises on the embedded PostgreSQL', () => {
  storeContract(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'yuyin-embedded-'))
    const server = await startEmbeddedServer(dataDir, silentLog)
    return {
      url: server.url,
      async stop() {
        await server.close()
        await rm(dataDir, { recursive: true })
      },
    }
  })
})
