import { sql } from 'kysely'
import type { AnnouncementBook } from '../../recognition/ports.ts'
import type { AdminContext } from '../accounts/admin-context.ts'
import { demand, demandChanged } from '../accounts/admin-refused.ts'
import { codePattern } from '../accounts/templates.ts'

/** Longest name that people may give a recording, characters. */
const longestLabel = 200

/** The library of announcements. @throws {AdminRefused} from every method that changes something */
export function createAnnouncementBook({
  tables,
  clock,
  changed,
}: Pick<AdminContext, 'tables' | 'clock' | 'changed'>): AnnouncementBook {
  const rowOf = (code: string) => tables.selectFrom('announcements').where('code', '=', code)
  return {
    async save({ code, class: of, label, durationMs, wav, fingerprint }) {
      demand(
        codePattern.test(code),
        'An announcement has a code of 1 to 100 letters, digits, points, dashes and underscores.',
      )
      demandLabel(label)
      demand(wav.subarray(0, 4).toString('latin1') === 'RIFF', 'An announcement is stored as WAV.')
      const row = { class: of, label, wav, fingerprint, duration_ms: Math.round(durationMs) }
      await tables
        .insertInto('announcements')
        .values({ ...row, code, created_at: clock.now() })
        .onConflict((conflict) =>
          conflict.column('code').doUpdateSet({ ...row, revision: sql<number>`nextval('announcement_revisions')` }),
        )
        .execute()
      changed()
    },

    async change(code, { class: of, label }) {
      demandLabel(label)
      const result = await tables
        .updateTable('announcements')
        .set({ class: of, label, revision: sql<number>`nextval('announcement_revisions')` })
        .where('code', '=', code)
        .executeTakeFirstOrThrow()
      demandChanged(result.numUpdatedRows, `announcement ${code}`)
      changed()
    },

    async list() {
      const query = tables.selectFrom('announcements').select(['code', 'class', 'label', 'duration_ms', 'revision'])
      const rows = await query.orderBy('code').execute()
      return rows.map(({ duration_ms: durationMs, ...row }) => ({ ...row, durationMs }))
    },

    sound: async (code) => (await rowOf(code).select('wav').executeTakeFirst())?.wav,

    fingerprint: async (code) => (await rowOf(code).select('fingerprint').executeTakeFirst())?.fingerprint,

    async remove(code) {
      const result = await tables.deleteFrom('announcements').where('code', '=', code).executeTakeFirstOrThrow()
      demandChanged(result.numDeletedRows, `announcement ${code}`)
      changed()
    },
  }
}

function demandLabel(label: string): void {
  demand(label.length <= longestLabel, `A label has at most ${longestLabel} characters.`)
}
