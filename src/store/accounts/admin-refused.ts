import { sqlState } from '../database.ts'

/** Why a change of the directory was refused. */
export type AdminRefusal = 'exists' | 'unknown' | 'malformed' | 'inUse' | 'unaffordable'

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

/**
 * Turns what the database says about a change into words.
 *
 * @param userName the user that the change names as well, when it names one
 */
export async function orRefuse<Result>(
  change: Promise<Result>,
  accountId: string,
  what: string,
  userName?: string,
): Promise<Result> {
  try {
    return await change
  } catch (error) {
    const state = sqlState(error)
    if (state === foreignKeyViolation) {
      const missing = userName === undefined ? `account ${accountId}` : `user ${userName} of account ${accountId}`
      throw new AdminRefused('unknown', `There is no ${missing}.`, { cause: error })
    }
    if (state === uniqueViolation) throw new AdminRefused('exists', `${what} exists already.`, { cause: error })
    throw error
  }
}

/** Turns the database's refusal to remove what something else refers to into words. */
export async function orRefuseInUse<Result>(removal: Promise<Result>, message: string): Promise<Result> {
  try {
    return await removal
  } catch (error) {
    if (sqlState(error) === foreignKeyViolation) throw new AdminRefused('inUse', message, { cause: error })
    throw error
  }
}

/** @throws {AdminRefused} unknown, when a change met no row */
export function demandChanged(changedRows: bigint, what: string): void {
  if (changedRows === 0n) throw new AdminRefused('unknown', `There is no ${what}.`)
}
