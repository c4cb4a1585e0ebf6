import type { Clock } from '../../lib/clock.ts'
import type { Database } from '../database.ts'
import type { Seal } from '../secrets/seal.ts'

/** What the administration of accounts works with. */
export interface AdminContext {
  readonly tables: Database['tables']
  readonly clock: Clock
  readonly seal: Seal
  /** Called after each committed change: this node forgets at once, others hear of it from the database. */
  changed(): void
}
