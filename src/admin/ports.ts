import type { PushLog } from '../receipts/ports.ts'
import type { AnnouncementShelf } from '../recognition/ports.ts'
import type { RecordingAdmin } from '../recordings/ports.ts'
import type { AccessControl } from './access/ports.ts'
import type { AccountBooks } from './account-ports.ts'
import type { TrunkAdmin } from './trunk-ports.ts'

/** What `/admin` asks of the rest of the house. Implemented by `store`. */
export interface AdminPorts {
  readonly accounts: AccountBooks
  readonly pushLog: PushLog
  readonly announcements: AnnouncementShelf
  readonly recordings: RecordingAdmin & {
    /** A URL under which a recording can be fetched until `expiresAt`, wall milliseconds. */
    link(recordingId: string): { readonly url: string; readonly expiresAt: number }
  }
  readonly trunks: TrunkAdmin
  readonly access: AccessControl
  /** Runs `work` while no other administration of the same subject runs, on any node: what it reads stays true. */
  exclusively<Result>(subject: string, work: () => Promise<Result>): Promise<Result>
  /** Turns a recording into the form in which voices are stored. @throws an error named `VoiceRefused` */
  convertVoice(bytes: Buffer): Promise<{ wav: Buffer; durationMs: number }>
}
