import { reviewStates } from '../../domain/template/review.ts'
import { AdminError } from '../errors.ts'
import { pathSegments } from '../path-segments.ts'
import { resource } from '../resource.ts'
import { route } from '../route.ts'
import { optional, record } from '../schema/records.ts'
import { base64, choice, integer, text } from '../schema/scalars.ts'
import { described, named } from '../schema/schema.ts'

const { code } = pathSegments
const review = choice(...reviewStates)
const kind = described('`verification`: letters and digits only, spelled', choice('verification', 'notification'))
const templateText = described('Variables are written ${name}.', text({ max: 1000 }))

/** Texts that are spoken. */
export const templateRoutes = resource({
  noun: 'Template',
  plural: 'Templates',
  one: 'a text template',
  all: 'the text templates of an account',
  path: '/accounts/{accountId}/templates/{code}',
  key: (one) => one.code,
  thing: named('Template', record({ code, kind, text: templateText, review })),
  scope: 'account',
  read: 'viewer',
  write: 'operator',
  find: async (params, { accounts }) =>
    (await accounts.templates.list(params.accountId)).map(withoutAccount).find((one) => one.code === params.code),
  list: async ({ params }, { accounts }) => (await accounts.templates.list(params.accountId)).map(withoutAccount),
  wanted: named('WantedTemplate', record({ kind, text: templateText, review: optional(review) })),
  put: ({ params, wanted }, { accounts }) => accounts.templates.save({ ...params, review: 'approved', ...wanted }),
  remove: (params, { accounts }) => accounts.templates.remove(params.accountId, params.code),
})

const voice = named('Voice', record({ code, durationMs: integer({ min: 0, max: 3_600_000 }), review }))

/** 20 MiB of sound in base64, and a little JSON around it. */
const voiceBodyBytes = 28 * 1024 * 1024

/** Voice files that are played. */
export const voiceRoutes = [
  ...resource({
    noun: 'Voice',
    plural: 'Voices',
    one: 'a voice file, without its sound',
    all: 'the voice files of an account',
    path: '/accounts/{accountId}/voices/{code}',
    key: (one) => one.code,
    thing: voice,
    scope: 'account',
    read: 'viewer',
    write: 'operator',
    maxBodyBytes: voiceBodyBytes,
    find: async (params, { accounts }) =>
      (await accounts.voices.list(params.accountId)).map(shownVoice).find((one) => one.code === params.code),
    list: async ({ params }, { accounts }) => (await accounts.voices.list(params.accountId)).map(shownVoice),
    wanted: named(
      'WantedVoice',
      record({
        audio: optional(described('WAV or MP3 in base64. Left out: the sound stays as it is.', base64(voiceBodyBytes))),
        review: optional(review),
      }),
    ),
    async put({ params, wanted, current }, { accounts, convertVoice }) {
      if (wanted.audio === undefined) {
        if (current === undefined)
          throw new AdminError('malformedBody', { field: 'audio', message: 'audio is missing.' })
        if (wanted.review !== undefined) await accounts.voices.review(params.accountId, params.code, wanted.review)
        return
      }
      const sound = await convertVoice(Buffer.from(wanted.audio, 'base64'))
      await accounts.voices.save({ ...params, review: wanted.review ?? current?.review ?? 'approved', ...sound })
    },
    remove: (params, { accounts }) => accounts.voices.remove(params.accountId, params.code),
  }),
  route({
    name: 'getVoiceAudio',
    method: 'GET',
    path: '/accounts/{accountId}/voices/{code}/audio',
    summary: 'The sound of a voice file: WAV, 8 kHz, 16-bit, mono.',
    role: 'viewer',
    scope: 'account',
    media: 'audio/wav',
    async run({ params }, { accounts }) {
      const wav = await accounts.voices.read(params.accountId, params.code)
      if (wav === undefined) throw new AdminError('notFound', { message: 'There is no such Voice.' })
      return wav
    },
  }),
]

function withoutAccount<T extends { accountId: string }>({ accountId: _, ...rest }: T): Omit<T, 'accountId'> {
  return rest
}

function shownVoice({
  code: of,
  durationMs,
  review: state,
}: {
  code: string
  durationMs: number
  review: (typeof reviewStates)[number]
}) {
  return { code: of, durationMs: Math.round(durationMs), review: state }
}
