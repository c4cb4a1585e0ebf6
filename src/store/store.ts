import type { Call } from '../domain/call/call.ts'
import type { CallOffs, CallQueue } from '../engine/ports.ts'
import type {
  CallIntake,
  Directory,
  QueueTokens,
  RecordReader,
  SharedLimits,
  TemporaryKeys,
} from '../operations/ports.ts'
import type {
  PushLog,
  PushOutbox,
  QueueCredentials,
  QueueRegister,
  ReceiptOutbox,
  ReceiptQueues,
} from '../receipts/ports.ts'
import type { AnnouncementBook } from '../recognition/ports.ts'
import type { LinkProof, RecordingAdmin, RecordingBook } from '../recordings/ports.ts'
import type { TraceBook, TracedCalls } from '../traces/ports.ts'
import type { AccountAdmin } from './accounts/account-admin.ts'
import type { Administration } from './admin/administration.ts'
import type { TrunkBoardStore } from './trunks/trunk-board.ts'
import type { TrunkBook } from './trunks/trunk-book.ts'

/** Everything that lasts: PostgreSQL behind the ports of the house. One per process. */
export interface Store {
  readonly calls: StoredCalls
  readonly directory: Directory
  readonly records: RecordReader
  readonly queueTokens: QueueTokens
  /** `undefined`: no other node can be on this database, or this is no node. */
  readonly limits: SharedLimits | undefined
  readonly temporaryKeys: TemporaryKeys
  readonly outbox: ReceiptOutbox
  readonly queueRegister: QueueRegister
  readonly queues: ReceiptQueues
  readonly credentials: QueueCredentials
  readonly pushes: PushOutbox
  readonly pushLog: PushLog
  readonly recordings: RecordingBook & { readonly admin: RecordingAdmin; readonly link: LinkProof }
  readonly traces: TraceBook & TracedCalls
  readonly accounts: AccountAdmin
  readonly administration: Administration
  /** The ways to the telephone network that an operator manages. */
  readonly trunks: TrunkBook
  /** How they stand on each node, and what each may use of their caps. */
  readonly trunkBoard: TrunkBoardStore
  readonly voices: VoiceReader
  readonly announcements: AnnouncementBook
  /** This node among those that share the database; another one after every start. */
  readonly nodeId: string
  /** The database, for a command beside a running node. Holds the password: `endpoints.json` is for its owner only. */
  readonly url: string
  /** Calls the listener after every change of the directory that this node heard of. @returns what takes it off again */
  onDirectoryChange(listener: () => void): () => void
  /** Resolves when the database answers. @throws when it does not */
  health(): Promise<void>
  /** Finishes what is under way, signs the node out, and ends an embedded server. Closing twice is closing once. */
  close(): Promise<void>
}

/** The calls of all nodes: accepted, claimed, given back by the dead. */
export interface StoredCalls extends CallIntake, CallQueue, CallOffs {
  /**
   * Calls that were being dialled when their node died. They are this node's now: finish each as `systemError`, or as
   * `cancelled` when it had been called off, never dial it. Ask at the start and every few seconds; up to 500 at a time.
   */
  orphans(): Promise<{ call: Call; isCalledOff: boolean }[]>
  /** Calls the listener when there may be something to claim: after every accept here, and once a second. */
  onAccepted(listener: () => void): () => void
}

/** The sound of voice files: WAV, 8 kHz, 16-bit, mono. */
export interface VoiceReader {
  read(accountId: string, code: string): Promise<Buffer | undefined>
}
