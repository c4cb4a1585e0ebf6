import type { ReviewState } from '../../domain/template/review.ts'
import type { Template } from '../../domain/template/template.ts'
import type { AdminContext } from './admin-context.ts'
import { demand, demandChanged, orRefuse } from './admin-refused.ts'

/** Codes of templates and voice files. */
export const codePattern = /^[A-Za-z0-9_.-]{1,100}$/

/** Text templates. @throws {AdminRefused} from every method that changes something */
export interface Templates {
  /** Creates or replaces. */
  save(template: Template): Promise<void>
  list(accountId: string): Promise<Template[]>
  review(accountId: string, code: string, review: ReviewState): Promise<void>
  remove(accountId: string, code: string): Promise<void>
}

export function createTemplates({ tables, clock, changed }: AdminContext): Templates {
  return {
    async save({ accountId, code, kind, text, review }) {
      demand(codePattern.test(code), 'A template code has 1 to 100 letters, digits, points, dashes and underscores.')
      demand(text.length > 0 && text.length <= 1000, 'A template has 1 to 1,000 characters.')
      const insert = tables
        .insertInto('templates')
        .values({ account_id: accountId, code, kind, text, review, created_at: clock.now() })
        .onConflict((conflict) => conflict.columns(['account_id', 'code']).doUpdateSet({ kind, text, review }))
      await orRefuse(insert.execute(), accountId, `Template ${code}`)
      changed()
    },

    async list(accountId) {
      const query = tables.selectFrom('templates').select(['code', 'kind', 'text', 'review'])
      const rows = await query.where('account_id', '=', accountId).orderBy('code').execute()
      return rows.map((row) => ({ accountId, ...row }))
    },

    async review(accountId, code, review) {
      const query = tables.updateTable('templates').set({ review })
      const result = await query.where('account_id', '=', accountId).where('code', '=', code).executeTakeFirstOrThrow()
      demandChanged(result.numUpdatedRows, `template ${code} of account ${accountId}`)
      changed()
    },

    async remove(accountId, code) {
      const query = tables.deleteFrom('templates').where('account_id', '=', accountId).where('code', '=', code)
      const result = await query.executeTakeFirstOrThrow()
      demandChanged(result.numDeletedRows, `template ${code} of account ${accountId}`)
      changed()
    },
  }
}
