import { announcementClassNames } from '../../recognition/announcement.ts'
import type { TriedRecording } from '../../recognition/ports.ts'
import { AdminError } from '../errors.ts'
import { pathSegments } from '../path-segments.ts'
import { resource } from '../resource.ts'
import { route } from '../route.ts'
import { list, optional, record } from '../schema/records.ts'
import { base64, choice, integer, text } from '../schema/scalars.ts'
import { described, named } from '../schema/schema.ts'

const { code } = pathSegments
const kind = choice(...announcementClassNames)
const label = described('What people call it: the carrier, the wording.', text({ min: 0, max: 200 }))
const durationMs = integer({ min: 0, max: 3_600_000 })

/** 20 MiB of sound in base64, and a little JSON around it. */
const bodyBytes = 28 * 1024 * 1024
const audio = described('WAV or MP3 in base64.', base64(bodyBytes))
const percent = integer({ min: 0, max: 100 })

/** The library that calls are compared with before the answer. */
export const announcementRoutes = [
  ...resource({
    noun: 'Announcement',
    plural: 'Announcements',
    one: 'an announcement of the network, without its sound',
    all: 'the announcements that are recognised before the answer',
    path: '/announcements/{code}',
    key: (one) => one.code,
    thing: named('Announcement', record({ code, class: kind, label, durationMs })),
    scope: 'service',
    read: 'viewer',
    write: 'operator',
    maxBodyBytes: bodyBytes,
    find: async (params, { announcements }) => (await announcements.list()).find((one) => one.code === params.code),
    list: async (_, { announcements }) => announcements.list(),
    wanted: named(
      'WantedAnnouncement',
      record({
        class: kind,
        label: optional(label),
        audio: optional(described('WAV or MP3 in base64. Left out: the sound stays as it is.', base64(bodyBytes))),
      }),
    ),
    async put({ params, wanted, current }, { announcements, convertVoice }) {
      const meaning = { class: wanted.class, label: wanted.label ?? current?.label ?? '' }
      if (wanted.audio !== undefined) {
        const sound = await convertVoice(Buffer.from(wanted.audio, 'base64'))
        return announcements.add({ ...params, ...meaning, ...sound })
      }
      if (current === undefined) {
        throw new AdminError('malformedBody', { field: 'audio', message: 'audio is missing.' })
      }
      await announcements.change(params.code, meaning)
    },
    remove: (params, { announcements }) => announcements.remove(params.code),
  }),
  route({
    name: 'getAnnouncementAudio',
    method: 'GET',
    path: '/announcements/{code}/audio',
    summary: 'The sound of an announcement: WAV, 8 kHz, 16-bit, mono.',
    role: 'viewer',
    scope: 'service',
    media: 'audio/wav',
    async run({ params }, { announcements }) {
      const wav = await announcements.sound(params.code)
      if (wav === undefined) throw new AdminError('notFound', { message: 'There is no such Announcement.' })
      return wav
    },
  }),
  route({
    name: 'tryAnnouncement',
    method: 'POST',
    path: '/announcement-trial',
    summary: 'Tells what a recording of a call would be recognised as; keeps nothing.',
    role: 'operator',
    scope: 'service',
    body: named('TriedRecording', record({ audio })),
    maxBodyBytes: bodyBytes,
    answer: named(
      'Trial',
      record({
        found: described('`nothing`: silence or ringback', choice('announcement', 'tone', 'unrecognised', 'nothing')),
        what: optional(text({ max: 400 })),
        outcome: optional(text({ max: 40 })),
        confidencePercent: optional(percent),
        afterMs: optional(durationMs),
        resembles: list(
          record({ code, class: kind, heardMs: durationMs, neededMs: durationMs, agreementPercent: percent }),
          { max: 10 },
        ),
      }),
    ),
    run: async ({ body }, { announcements, convertVoice }) =>
      shownTrial(await announcements.hear((await convertVoice(Buffer.from(body.audio, 'base64'))).wav)),
  }),
]

function shownTrial({ finding, afterMs, resembles }: TriedRecording) {
  const certain = finding === undefined || finding.kind === 'unrecognised' ? undefined : finding
  return {
    found: finding?.kind ?? ('nothing' as const),
    ...(certain && {
      what: certain.what,
      outcome: certain.outcome,
      confidencePercent: Math.round(certain.confidence * 100),
    }),
    ...(afterMs === undefined ? {} : { afterMs: Math.round(afterMs) }),
    resembles: resembles.slice(0, 10).map(({ announcement, seconds, neededSeconds, agreement }) => ({
      code: announcement.code,
      class: announcement.class,
      heardMs: Math.round(seconds * 1000),
      neededMs: Math.round(neededSeconds * 1000),
      agreementPercent: Math.round(agreement * 100),
    })),
  }
}
