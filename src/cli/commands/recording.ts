import type { Command } from 'commander'
import { readEndpoints } from '../../endpoints.ts'
import { chinaTime } from '../../lib/china-time.ts'
import { systemClock } from '../../lib/clock.ts'
import { objectStoreOf, openShelf } from '../../node-recordings.ts'
import { publicUrlOf } from '../../public-url.ts'
import { FileDesk, FileLost, type Unreachable } from '../../recordings/file-desk.ts'
import { linkLifeMs, signLink } from '../../recordings/file-link.ts'
import { ObjectStoreError } from '../../recordings/object-store.ts'
import type { StoredRecording } from '../../recordings/ports.ts'
import { reasonOf } from '../expected-reason.ts'
import { group, type Management, manage } from '../management.ts'
import { writeNewNamed } from '../named-file.ts'
import { CommandError, tableOr } from '../output.ts'
import { pageOf, rowLimitOption } from '../row-limit.ts'

/** `yuyin recording …`: recordings of calls. */
export function recordingCommand(): Command {
  const list = manage('list', 'recordings of an account, newest first', async (context, _args, options) => {
    const { call } = options
    const filter = typeof call === 'string' ? { callId: call } : {}
    const found = await context.store.recordings.admin.list(await context.accountId(), filter, pageOf(options))
    context.output.result(found, recordingTable)
  })
    .option('--call <CallId>', 'of this call')
    .addOption(rowLimitOption())
  return group('recording', 'recordings of calls', [
    list,
    manage('fetch <recording> <file>', 'write the file of a recording; name it by its id or its CallId', fetchOne),
    manage('link <recording>', 'make a URL that is good for seven days, for whoever has it', linkOne),
    manage('remove <recording>', 'remove a recording, for good', removeOne),
  ])
}

function recordingTable(found: readonly StoredRecording[]): string {
  return tableOr(
    'There is no recording. ClickToDial with RecordFlag=true makes one.',
    ['recording', 'call', 'began', 'seconds', 'kB', 'state', 'where'],
    found.map((one) => [
      ...[one.recordingId, one.callId, chinaTime(one.startedAt), (one.durationMs / 1000).toFixed(1)],
      ...[String(Math.ceil(one.bytes / 1000)), one.state, one.place.kind === 'disk' ? 'disk' : one.place.bucket],
    ]),
  )
}

const unreachable: Readonly<Record<Unreachable, string>> = {
  elsewhere: 'It is on the disk of another node: run this command there, with the data folder of that node.',
  noStore: 'It is in an object store that these settings do not lead to: give recordingsEndpoint and its keys.',
  lost: 'Its file is not where it was written, or not as long as it was: look at the disk.',
}

async function fetchOne(context: Management, [name = '', file = '']: readonly string[]): Promise<void> {
  const { config, store, output } = context
  const found = await findOne(context, name)
  const shelf = await openShelf(config, store.nodeId, systemClock)
  const desk = new FileDesk({ book: store.recordings, shelf, store: objectStoreOf(config, systemClock) })
  const content = await desk.open(found)
  if (typeof content === 'string') throw new CommandError(`Recording ${name} cannot be read. ${unreachable[content]}`)
  try {
    await writeNewNamed(file, () => content.read())
  } catch (error) {
    // A TypeError is what the body of a `fetch` ends with that broke off.
    const why = reasonOf(error, CommandError, ObjectStoreError, FileLost, TypeError)
    throw new CommandError(`Recording ${name} was not fetched: ${why}`)
  }
  const { recordingId, callId, bytes } = found
  output.result({ recordingId, callId, file, bytes }, () => `The recording of call ${callId} is in ${file}.`)
}

async function linkOne(context: Management, [name = '']: readonly string[]): Promise<void> {
  const { config, store, output } = context
  const { recordingId } = await findOne(context, name)
  const expiresAt = systemClock.now() + linkLifeMs
  // The node may have been started with other settings.
  const publicUrl = readEndpoints(config.data)?.publicUrl ?? publicUrlOf(config)
  const url = publicUrl.url + signLink(store.recordings.link, recordingId, expiresAt)
  output.result({ recordingId, url, expiresAt: new Date(expiresAt).toISOString() }, () => url)
}

async function removeOne(context: Management, [name = '']: readonly string[]): Promise<void> {
  const { recordingId, callId } = await findOne(context, name)
  await context.store.recordings.admin.remove(await context.accountId(), recordingId)
  context.output.result({ recordingId, callId, removed: true }, () => {
    return `The recording of call ${callId} is gone; its file goes with the next round of a node.`
  })
}

async function findOne({ store, accountId }: Management, name: string): Promise<StoredRecording> {
  const account = await accountId()
  const { admin } = store.recordings
  const found = name.includes('^')
    ? (await admin.list(account, { callId: name }, { limit: 1 }))[0]
    : await admin.find(account, name)
  if (found === undefined) throw new CommandError(`There is no recording ${name}. 'yuyin recording list' shows them.`)
  return found
}
