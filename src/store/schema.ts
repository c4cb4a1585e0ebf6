import type { Generated } from 'kysely'
import type { AccountState } from '../domain/account/account.ts'
import type { Product } from '../domain/call/call.ts'
import type { CallOutcome } from '../domain/call/call-outcome.ts'
import type { HangUpBy } from '../domain/call/hang-up.ts'
import type { Script } from '../domain/script/script.ts'
import type { ReviewState } from '../domain/template/review.ts'
import type { Template } from '../domain/template/template.ts'
import type { AnnouncementClass } from '../recognition/announcement.ts'
import type { RecordingState } from '../recordings/ports.ts'

/**
 * The tables as the migrations make them. `…_at` columns are wall milliseconds (`bigint`, read as numbers); only
 * `nodes.heartbeat_at` is a database time.
 */
export interface Schema {
  store_facts: { name: string; value: string }
  accounts: { account_id: string; name: string; state: Generated<AccountState>; created_at: number }
  access_keys: {
    access_key_id: string
    account_id: string
    user_name: string | null
    sealed_secret: string
    enabled: boolean
    created_at: number
  }
  users: { account_id: string; user_name: string; created_at: number }
  policies: { account_id: string; policy_name: string; document: string; created_at: number }
  user_policies: { account_id: string; user_name: string; policy_name: string }
  prices: { account_id: string; product: Product; per_minute_e4: number }
  balances: { account_id: string; balance_e4: number; held_e4: Generated<number> }
  ledger: LedgerTable
  /** Deflated JSON: `traces/pack-trace.ts`. */
  call_traces: { id: Generated<number>; call_id: string; written_at: number; packed: Buffer }
  call_holds: { call_id: string; account_id: string; per_minute_e4: number; held_e4: number }
  numbers: { account_id: string; number: string; created_at: number }
  templates: {
    account_id: string
    code: string
    kind: Template['kind']
    text: string
    review: ReviewState
    created_at: number
  }
  voices: {
    account_id: string
    code: string
    review: ReviewState
    wav: Buffer
    duration_ms: number
    created_at: number
  }
  subscriptions: {
    account_id: string
    message_type: string
    queue: boolean
    push_url: string | null
    sealed_push_secret: string | null
  }
  announcements: {
    code: string
    class: AnnouncementClass
    label: string
    wav: Buffer
    duration_ms: number
    fingerprint: Buffer
    revision: Generated<number>
    created_at: number
  }
  blacklist_words: { word: string; created_at: number }
  nodes: { node_id: string; host: string; pid: number; heartbeat_at: Generated<Date> }
  used_nonces: { access_key_id: string; nonce: string; used_at: number }
  callee_windows: {
    account_id: string
    product: Product
    called_number: string
    per_minute: number
    per_hour: number
    per_day: number
    recent: number[]
  }
  calls: CallTable
  call_records: CallRecordTable
  queue_messages: {
    id: Generated<number>
    queue: string
    body: string
    enqueued_at: number
    visible_at: number
    first_dequeued_at: number | null
    dequeue_count: Generated<number>
    lease: string | null
    priority: Generated<number>
    expires_at: number
  }
  queues: QueueTable
  push_outbox: {
    id: Generated<number>
    account_id: string
    message_type: string
    call_id: string
    url: string
    body: string
    created_at: number
    attempts: Generated<number>
    due_at: number | null
    leased: Generated<boolean>
    settled_at: number | null
    delivered: Generated<boolean>
  }
  push_attempts: {
    id: Generated<number>
    push_id: number
    account_id: string
    message_type: string
    call_id: string
    made_at: number
    latency_ms: number
    status: number | null
    delivered: boolean
    error: string | null
    answer: string
  }
  recordings: RecordingTable
  queue_tokens: {
    access_key_id: string
    account_id: string
    sealed_secret: string
    sealed_security_token: string
    created_at: number
    expires_at: number
  }
}

/** A queue and what was set about it. */
export interface QueueTable {
  queue: string
  account_id: string
  name: string
  delay_seconds: number
  maximum_message_bytes: number
  retention_seconds: number
  visibility_seconds: number
  polling_wait_seconds: number
  logging_enabled: boolean
  created_at: number
  modified_at: number
}

/** A call from accept to end. `state` knows only what must survive a crash: ringing and answered live in the engine. */
export interface CallTable {
  call_id: string
  account_id: string
  operation: string
  product: Product
  called_number: string
  show_number: string
  out_id: string
  script: Script
  accepted_at: number
  priority: number
  state: Generated<'queued' | 'dialling' | 'ended'>
  node_id: string | null
  attempted_at: number | null
  lines: Generated<number>
  due_at: Generated<number>
  called_off_at: number | null
}

/** Every change of a balance; amounts that go off it are negative. */
export interface LedgerTable {
  id: Generated<number>
  account_id: string
  kind: 'topUp' | 'withdrawal' | 'charge'
  amount_e4: number
  call_id: string | null
  reference: string | null
  created_at: number
}

/** The final record of a call. */
export interface CallRecordTable {
  call_id: string
  account_id: string
  product: Product
  called_number: string
  show_number: string
  out_id: string
  outcome: CallOutcome
  status_code: string
  state: string
  accepted_at: number
  dialling_at: number | null
  ringing_at: number | null
  answered_at: number | null
  ended_at: number
  duration_seconds: number
  hang_up_by: HangUpBy
  keys: string | null
  early_media_code: string | null
  callee_number: string | null
  callee_show_number: string | null
  callee_dialling_at: number | null
  callee_ringing_at: number | null
  callee_answered_at: number | null
  callee_ended_at: number | null
  trunk: string | null
  callee_trunk: string | null
  cost_e4: Generated<number>
}

/** A closed recording; `bucket` and `object_key` once it is in the object store. */
export interface RecordingTable {
  id: Generated<number>
  recording_id: string
  account_id: string
  call_id: string
  out_id: string
  started_at: number
  ended_at: number
  duration_ms: number
  bytes: number
  state: Generated<RecordingState>
  shelf_id: string
  file: string
  bucket: string | null
  object_key: string | null
  created_at: number
  due_at: number
  attempts: Generated<number>
}
