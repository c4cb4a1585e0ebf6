import type { Generated, Kysely } from 'kysely'
import type { Role } from '../../admin/roles.ts'
import type { Database } from '../database.ts'
import type { Schema } from '../schema.ts'

/** The tables of the administration, as migration 0006 makes them. Times are wall milliseconds. */
export type AdminSchema = {
  admin_people: { name: string; role: Role; enabled: boolean; password_hash: string; created_at: number }
  admin_keys: {
    key_id: string
    name: string
    role: Role
    account_id: string | null
    secret_hash: Buffer
    created_at: number
    expires_at: number | null
  }
  admin_sessions: { token_hash: Buffer; name: string; created_at: number; seen_at: number }
  admin_login_tries: { id: Generated<number>; name: string; address: string; tried_at: number }
  admin_audit: {
    id: Generated<number>
    at: number
    actor: string
    action: string
    target: string
    address: string
    request_id: string
    outcome: string
  }
}

export type AdminTables = Kysely<Schema & AdminSchema>

export function adminTables({ tables }: Database): AdminTables {
  return tables.withTables<AdminSchema>()
}
