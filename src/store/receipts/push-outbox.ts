import type { Clock } from '../../lib/clock.ts'
import type { PushItem, PushOutbox } from '../../receipts/ports.ts'
import type { Database } from '../database.ts'
import type { Seal } from '../secrets/seal.ts'
import { pushSecretPurpose } from './push-secret.ts'
import { type ClaimedRow, claimStatement, releaseStatement, settleStatement } from './push-statements.ts'

/** Longer texts are cut: a receiver must not fill our disk. */
const longestText = 500

/** Receipts waiting to be pushed, and what became of them. */
export function createPushOutbox(database: Database, clock: Clock, seal: Seal): PushOutbox {
  return {
    async claim({ limit, perTarget, leaseMs, except = [] }) {
      const now = clock.now()
      const leasedUntil = now + leaseMs
      const rows = await database.hot<ClaimedRow>(claimStatement, [
        now,
        limit,
        perTarget,
        leasedUntil,
        except.map((target) => target.accountId),
        except.map((target) => target.url),
      ])
      const secretOf = opener(seal)
      return rows.sort((a, b) => a.id - b.id).map((row) => itemOf(row, leasedUntil, secretOf(row)))
    },

    async release(items) {
      if (items.length === 0) return
      const values = [items.map((item) => item.id), items.map((item) => item.leasedUntil), clock.now()]
      await database.hot(releaseStatement, values)
    },

    async settle({ settlements, madeAt, latencyMs, status, answer, error }) {
      await database.hot(settleStatement, [
        settlements.map(({ item }) => item.id),
        settlements.map(({ item }) => item.leasedUntil),
        settlements.map(({ retryAt }) => retryAt ?? null),
        error === undefined,
        clock.now(),
        madeAt,
        Math.round(latencyMs),
        status ?? null,
        error === undefined ? null : storable(error),
        storable(answer),
      ])
    },
  }
}

/** PostgreSQL keeps no NUL in a text. */
function storable(text: string): string {
  return text.replaceAll('\0', '').slice(0, longestText)
}

/** Opens sealed secrets, each once per claim: many items share a subscription. */
function opener(seal: Seal): (row: ClaimedRow) => string | undefined {
  const opened = new Map<string, string>()
  return ({ sealed_push_secret: sealed, account_id: accountId, message_type: messageType }) => {
    if (sealed === null) return undefined
    const secret = opened.get(sealed) ?? seal.open(sealed, pushSecretPurpose(accountId, messageType))
    opened.set(sealed, secret)
    return secret
  }
}

function itemOf(row: ClaimedRow, leasedUntil: number, signingSecret: string | undefined): PushItem {
  return {
    id: String(row.id),
    accountId: row.account_id,
    messageType: row.message_type,
    callId: row.call_id,
    url: row.url,
    body: row.body,
    attempts: row.attempts,
    signingSecret,
    leasedUntil,
  }
}
