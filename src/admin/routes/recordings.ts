import type { StoredRecording } from '../../recordings/ports.ts'
import { AdminError } from '../errors.ts'
import { loadPage, pageOf, pageQuery } from '../paging.ts'
import { pathSegments } from '../path-segments.ts'
import { resource } from '../resource.ts'
import { route } from '../route.ts'
import { optional, record } from '../schema/records.ts'
import { choice, integer, pattern, text, time, timeOf } from '../schema/scalars.ts'
import { described, named } from '../schema/schema.ts'

const { recordingId } = pathSegments
const callId = pattern(/^[\d^]{1,40}$/, 'a CallId')
const some = text({ min: 0, max: 1_000 })
const path = '/accounts/{accountId}/recordings/{recordingId}'

const recording = named(
  'Recording',
  record({
    ...{ recordingId, callId: some, outId: some, startedAt: time(), endedAt: time() },
    durationMs: integer({ min: 0, max: 2_147_483_647 }),
    bytes: integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    state: described('`waiting`: to be uploaded, or its call has no record yet.', choice('waiting', 'ready')),
    place: described('`disk`: of the node that wrote it.', choice('disk', 'objects')),
  }),
)

/** Recordings of calls: what there is, a URL to fetch it, and its end. */
export const recordingRoutes = [
  route({
    name: 'listRecordings',
    method: 'GET',
    path: '/accounts/{accountId}/recordings',
    summary: 'Lists the recordings of an account, newest first.',
    role: 'viewer',
    scope: 'account',
    query: { ...pageQuery, callId: optional(callId) },
    answer: pageOf(recording),
    async run({ params, query }, { recordings }) {
      const filter = query.callId === undefined ? {} : { callId: query.callId }
      const page = await loadPage(query, ({ limit, before }) =>
        recordings.list(params.accountId, filter, { limit, ...(before === undefined ? {} : { before }) }),
      )
      return { ...page, items: page.items.map(shown) }
    },
  }),
  ...resource({
    noun: 'Recording',
    plural: 'Recordings',
    one: 'a recording, without its sound',
    all: 'the recordings of an account',
    path,
    key: (one) => one.recordingId,
    thing: recording,
    scope: 'account',
    read: 'viewer',
    write: 'operator',
    async find(params, { recordings }) {
      const found = await recordings.find(params.accountId, params.recordingId)
      return found && shown(found)
    },
    async remove(params, { recordings }) {
      await recordings.remove(params.accountId, params.recordingId)
    },
  }),
  route({
    name: 'linkRecording',
    method: 'POST',
    path: `${path}/link`,
    summary: 'Makes a URL under which whoever has it can fetch the recording for seven days.',
    role: 'operator',
    scope: 'account',
    answer: named('RecordingLink', record({ url: text({ max: 2_000 }), expiresAt: time() })),
    async run({ params }, { recordings }) {
      const found = await recordings.find(params.accountId, params.recordingId)
      if (found === undefined) throw new AdminError('notFound', { message: 'There is no such Recording.' })
      const { url, expiresAt } = recordings.link(found.recordingId)
      return { url, expiresAt: timeOf(expiresAt) }
    },
  }),
]

function shown(one: StoredRecording) {
  return {
    ...{ recordingId: one.recordingId, callId: one.callId, outId: one.outId },
    ...{ startedAt: timeOf(one.startedAt), endedAt: timeOf(one.endedAt) },
    ...{ durationMs: one.durationMs, bytes: one.bytes, place: one.place.kind },
    state: one.state === 'waiting' ? ('waiting' as const) : ('ready' as const),
  }
}
