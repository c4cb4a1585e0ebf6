import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { TrunkStanding } from '../../domain/trunk/known-trunk.ts'
import type { TrunkProfile } from '../../domain/trunk/trunk-profile.ts'
import type { Clock } from '../../lib/clock.ts'
import { deadAfterSeconds } from '../calls/node-register.ts'
import { fairShare, type HeldShare } from './fair-share.ts'
import type { KeptReport, TrunkSchema } from './trunk-tables.ts'

/** How a trunk stands on this node. */
export interface ToldReport extends Omit<KeptReport, 'profile' | 'registration'> {
  readonly profile: TrunkProfile
  readonly registration: string | undefined
}

/** By trunk; with a fraction, `Infinity` without a cap. */
export type Shares = ReadonlyMap<string, { readonly channels: number; readonly callsPerSecond: number }>

/** Shares of the caps among nodes; how trunks stand on each. */
export interface TrunkBoardStore {
  /** @param node its reports are read, and what became smaller is told to it, in one moment under a lock of all nodes */
  renew(node: { reports(): readonly ToldReport[]; lower(shares: Shares): void }): Promise<Shares>
  takeOfDay(trunk: string, day: string, wanted: number, callsPerDay: number): Promise<number>
  giveBackOfDay(trunk: string, day: string, calls: number): Promise<void>
  /** What the living nodes told. */
  standings(): Promise<TrunkStanding[]>
  /** Calls taken out of the cap of a day, by trunk. */
  callsOfDay(day: string): Promise<ReadonlyMap<string, number>>
}

/** Nodes that are not dead, by the database's clock. */
const isAlive = sql<boolean>`heartbeat_at > clock_timestamp() - make_interval(secs => ${deadAfterSeconds})`

/** One lock for all shares of all nodes: a renewal is short, and there is one a second and node. */
const lockKey = 7_201_946_112

export function createTrunkBoard(tables: Kysely<TrunkSchema>, clock: Clock, nodeId: string): TrunkBoardStore {
  return {
    renew: (node) =>
      tables.transaction().execute(async (transaction) => {
        await sql`SELECT pg_advisory_xact_lock(${lockKey})`.execute(transaction)
        return renewShares(transaction, node, nodeId, clock.now())
      }),

    takeOfDay: (trunk, day, wanted, callsPerDay) =>
      tables.transaction().execute(async (transaction) => {
        const opened = { trunk, day, calls: 0 }
        await transaction
          .insertInto('trunk_days')
          .values(opened)
          .onConflict((conflict) => conflict.doNothing())
          .execute()
        const row = transaction
          .selectFrom('trunk_days')
          .select('calls')
          .where('trunk', '=', trunk)
          .where('day', '=', day)
        const { calls } = await row.forUpdate().executeTakeFirstOrThrow()
        const taken = Math.max(0, Math.min(wanted, callsPerDay - calls))
        const update = transaction.updateTable('trunk_days').set({ calls: calls + taken })
        await update.where('trunk', '=', trunk).where('day', '=', day).execute()
        // The day before stays: for a node whose clock is behind it is not over.
        const older = transaction.selectFrom('trunk_days').select(({ fn }) => fn.max('day').as('day'))
        const dayBefore = older.where('trunk', '=', trunk).where('day', '<', day)
        await transaction.deleteFrom('trunk_days').where('trunk', '=', trunk).where('day', '<', dayBefore).execute()
        return taken
      }),

    async giveBackOfDay(trunk, day, calls) {
      await tables
        .updateTable('trunk_days')
        .set({ calls: sql`greatest(0, calls - ${calls})` })
        .where('trunk', '=', trunk)
        .where('day', '=', day)
        .execute()
    },

    async standings() {
      const query = tables.selectFrom('trunk_lines').innerJoin('nodes', 'nodes.node_id', 'trunk_lines.node_id')
      const rows = await query
        .select(['trunk_lines.node_id as nodeId', 'trunk', 'report', 'told_at as toldAt'])
        .where(isAlive)
        .orderBy('trunk')
        .orderBy('trunk_lines.node_id')
        .execute()
      return rows.map(({ report, ...row }) => ({ ...row, ...report }))
    },

    async callsOfDay(day) {
      const rows = await tables.selectFrom('trunk_days').select(['trunk', 'calls']).where('day', '=', day).execute()
      return new Map(rows.map(({ trunk, calls }) => [trunk, calls]))
    },
  }
}

async function renewShares(
  tables: Kysely<TrunkSchema>,
  node: { reports(): readonly ToldReport[]; lower(shares: Shares): void },
  nodeId: string,
  nowMs: number,
): Promise<Shares> {
  const living = await tables.selectFrom('nodes').select('node_id').where(isAlive).orderBy('node_id').execute()
  const ids = living.map((node) => node.node_id)
  // A node that is not in the register any more (its heart stood still) holds nothing.
  if (!ids.includes(nodeId)) return new Map()
  const lines = await tables.selectFrom('trunk_lines').selectAll().where('node_id', 'in', ids).execute()
  const reports = node.reports()
  const granted = new Map<string, HeldShare>()
  for (const { profile, calls, origin } of reports) {
    const held = lines.filter(({ trunk, node_id }) => trunk === profile.name && node_id !== nodeId)
    const others = {
      channels: held.reduce((sum, line) => sum + line.channels, 0),
      callsPerSecondE3: held.reduce((sum, line) => sum + line.calls_per_second_e3, 0),
    }
    const question = { cap: profile, nodes: ids.length, place: ids.indexOf(nodeId), used: calls, others }
    granted.set(profile.name, origin === 'store' ? fairShare(question) : { channels: 0, callsPerSecondE3: 0 })
  }
  const shares = sharesOf(reports, granted)
  node.lower(shares)
  await tables.deleteFrom('trunk_lines').where('node_id', '=', nodeId).execute()
  const rows = reports.map((report) => lineOf(report, granted.get(report.profile.name), nodeId, nowMs))
  if (rows.length > 0) await tables.insertInto('trunk_lines').values(rows).execute()
  return shares
}

function sharesOf(reports: readonly ToldReport[], granted: ReadonlyMap<string, HeldShare>): Shares {
  return new Map(
    reports.flatMap(({ profile, origin }) => {
      const share = granted.get(profile.name)
      if (share === undefined || origin !== 'store') return []
      const callsPerSecond = profile.callsPerSecond === 0 ? Number.POSITIVE_INFINITY : share.callsPerSecondE3 / 1000
      return [[profile.name, { channels: share.channels, callsPerSecond }] as const]
    }),
  )
}

function lineOf(report: ToldReport, share: HeldShare | undefined, nodeId: string, nowMs: number) {
  const { origin, health, state, why, calls, room, registration } = report
  const { password: _secret, ...profile } = report.profile
  return {
    node_id: nodeId,
    trunk: profile.name,
    report: {
      origin,
      health,
      state,
      why,
      calls,
      room,
      ...(registration === undefined ? {} : { registration }),
      // Those of the store are read from there.
      ...(origin === 'store' ? {} : { profile }),
    },
    channels: share?.channels ?? 0,
    calls_per_second_e3: share?.callsPerSecondE3 ?? 0,
    told_at: nowMs,
  }
}
