import { sqlState } from '../database.ts'

/** Why a change of the directory was refused. */
export type AdminRefusal = 'exists' | 'unknown' | 'malformed'

/** A change of the directory was refused; nothing was changed. The message is for the operator. */
export class AdminRefused extends Error {
  override readonly name = 'AdminRefused'
  readonly refusal: AdminRefusal

  constructor(refusal: AdminRefusal, message: string, options?: ErrorOptions) {
    super(message, options)
    this.refusal = refusal
  }
}

/** @throws {AdminRefused} malformed, when `isRight` is false */
export function demand(isRight: boolean, message: string): asserts isRight {
  if (!isRight) throw new AdminRefused('malformed', message)
}

const foreignKeyViolation = '23503'
const uniqueViolation = '23505'

/** Turns what the database says about a change into words. */
export async function orRefuse<Result>(change: Promise<Result>, accountId: string, what: string): Promise<Result> {
  try {
    return await change
  } catch (error) {
    const state = sqlState(error)
    if (state === foreignKeyViolation) {
      throw new AdminRefused('unknown', `There is no account ${accountId}.`, { cause: error })
    }
    if (state === uniqueViolation) throw new AdminRefused('exists', `${what} exists already.`, { cause: error })
    throw error
  }
}

/** @throws {AdminRefused} unknown, when a change met no row */
export function demandChanged(changedRows: bigint, what: string): void {
  if (changedRows === 0n) throw new AdminRefused('unknown', `There is no ${what}.`)
}
