import type { AccessControl } from '../../admin/access/ports.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Database } from '../database.ts'
import { createAdminKeys } from './admin-keys.ts'
import { adminTables } from './admin-tables.ts'
import { createAuditLog } from './audit-log.ts'
import { createExclusive } from './exclusively.ts'
import { createPeople } from './people.ts'
import { createLogins, createSessions } from './sessions.ts'

/** What the store holds of the administration itself, beside the books of accounts. */
export interface Administration {
  readonly access: AccessControl
  /** Runs `work` while no other administration of the same subject runs, on any node. */
  exclusively<Result>(subject: string, work: () => Promise<Result>): Promise<Result>
}

export function createAdministration(database: Database, clock: Clock): Administration {
  const tables = adminTables(database)
  return {
    access: {
      people: createPeople(tables, clock),
      keys: createAdminKeys(tables),
      sessions: createSessions(tables),
      logins: createLogins(tables),
      audit: createAuditLog(tables),
    },
    exclusively: createExclusive(database.tables),
  }
}
