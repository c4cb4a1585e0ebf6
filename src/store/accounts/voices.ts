import type { ReviewState } from '../../domain/template/review.ts'
import type { Voice } from '../../domain/template/voice.ts'
import type { AdminContext } from './admin-context.ts'
import { demand, demandChanged, orRefuse } from './admin-refused.ts'
import { codePattern } from './templates.ts'

/** A voice file with its sound: WAV, 8 kHz, 16-bit, mono. */
export interface VoiceFile extends Voice {
  readonly wav: Buffer
  readonly durationMs: number
}

/** Voice files. @throws {AdminRefused} from every method that changes something */
export interface Voices {
  /** Creates or replaces. */
  save(voice: VoiceFile): Promise<void>
  /** Without the sound. */
  list(accountId: string): Promise<(Voice & { durationMs: number })[]>
  review(accountId: string, code: string, review: ReviewState): Promise<void>
  remove(accountId: string, code: string): Promise<void>
  /** The WAV bytes, whatever the review says. */
  read(accountId: string, code: string): Promise<Buffer | undefined>
}

export function createVoices({ tables, clock, changed }: AdminContext): Voices {
  return {
    async save({ accountId, code, review, wav, durationMs }) {
      demand(codePattern.test(code), 'A voice code has 1 to 100 letters, digits, points, dashes and underscores.')
      demand(wav.subarray(0, 4).toString('latin1') === 'RIFF', 'A voice file is stored as WAV.')
      const insert = tables
        .insertInto('voices')
        .values({ account_id: accountId, code, review, wav, duration_ms: durationMs, created_at: clock.now() })
        .onConflict((conflict) =>
          conflict.columns(['account_id', 'code']).doUpdateSet({ review, wav, duration_ms: durationMs }),
        )
      await orRefuse(insert.execute(), accountId, `Voice ${code}`)
      changed()
    },

    async list(accountId) {
      const query = tables.selectFrom('voices').select(['code', 'review', 'duration_ms'])
      const rows = await query.where('account_id', '=', accountId).orderBy('code').execute()
      return rows.map((row) => ({ accountId, code: row.code, review: row.review, durationMs: row.duration_ms }))
    },

    async review(accountId, code, review) {
      const query = tables.updateTable('voices').set({ review })
      const result = await query.where('account_id', '=', accountId).where('code', '=', code).executeTakeFirstOrThrow()
      demandChanged(result.numUpdatedRows, `voice ${code} of account ${accountId}`)
      changed()
    },

    async remove(accountId, code) {
      const query = tables.deleteFrom('voices').where('account_id', '=', accountId).where('code', '=', code)
      const result = await query.executeTakeFirstOrThrow()
      demandChanged(result.numDeletedRows, `voice ${code} of account ${accountId}`)
      changed()
    },

    async read(accountId, code) {
      const query = tables.selectFrom('voices').select('wav').where('account_id', '=', accountId)
      return (await query.where('code', '=', code).executeTakeFirst())?.wav
    },
  }
}
