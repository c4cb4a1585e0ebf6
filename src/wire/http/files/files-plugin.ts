import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { readRange } from '../../../lib/byte-range.ts'
import type { Clock } from '../../../lib/clock.ts'
import type { Log } from '../../../lib/log.ts'
import type { FileDesk, RecordingFile } from '../../../recordings/file-desk.ts'
import { filesPath, type GivenLink, isRecordingId, judgeLink } from '../../../recordings/file-link.ts'
import type { LinkProof } from '../../../recordings/ports.ts'
import { type FileRefusal, fileRefusals } from './file-refusals.ts'

export interface FilesPluginOptions {
  readonly desk: Pick<FileDesk, 'find'>
  readonly link: LinkProof
  readonly clock: Clock
  readonly log: Log
}

/**
 * Recordings at `/files/recordings/….wav`, for whoever has a signed URL: whole or a range, with HEAD and conditions
 * (RFC 9110 §13, §14). Nothing is looked up before the URL is proven.
 */
export function filesPlugin(options: FilesPluginOptions): FastifyPluginAsync {
  return async (app) => {
    app.route({
      method: ['GET', 'HEAD'],
      url: `${filesPath}/:name`,
      handler: (request, reply) => serve(request, reply, options),
    })
  }
}

async function serve(request: FastifyRequest, reply: FastifyReply, options: FilesPluginOptions): Promise<FastifyReply> {
  const { desk, link, clock, log } = options
  reply.headers({
    'cache-control': 'private, no-transform',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-request-id': request.id,
  })
  const given = givenLink(request)
  const verdict = given === undefined ? 'forged' : judgeLink(link, given, clock.now())
  if (given === undefined || verdict !== 'good') {
    return refuse(reply, verdict === 'expired' ? 'LinkExpired' : 'LinkForged')
  }
  try {
    const found = await desk.find(given.recordingId)
    if (found === undefined) return refuse(reply, 'RecordingGone')
    if (typeof found !== 'string') return await answer(request, reply, found, log)
    log.error({ recordingId: given.recordingId, found }, 'a recording cannot be handed out')
    return refuse(reply, found === 'lost' ? 'FileUnavailable' : 'KeptElsewhere')
  } catch (error) {
    log.error({ recordingId: given.recordingId, err: error }, 'a recording cannot be read')
    return refuse(reply, 'FileUnavailable')
  }
}

/** What the URL says, `undefined` when it says something twice or is no URL of a file. */
function givenLink({ raw }: FastifyRequest): GivenLink | undefined {
  const [path = '', ...query] = (raw.url ?? '').split('?')
  const name = path.slice(filesPath.length + 1)
  const recordingId = name.replace(/\.wav$/, '')
  const parameters = new URLSearchParams(query.join('?'))
  const [expires, ...furtherExpires] = parameters.getAll('expires')
  const [signature, ...furtherSignatures] = parameters.getAll('signature')
  if (!path.startsWith(`${filesPath}/`) || !name.endsWith('.wav') || !isRecordingId(recordingId)) return undefined
  if (expires === undefined || signature === undefined || furtherExpires.length + furtherSignatures.length > 0) {
    return undefined
  }
  return { recordingId, expires, signature }
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  file: RecordingFile,
  log: Log,
): Promise<FastifyReply> {
  // A closed recording never changes: its name is its version.
  const etag = `"${file.recordingId}"`
  const lastModified = new Date(file.endedAt).toUTCString()
  reply.headers({
    'accept-ranges': 'bytes',
    etag,
    'last-modified': lastModified,
    'content-type': 'audio/wav',
    'content-disposition': `attachment; filename="${fileName(file)}"`,
  })
  if (isKnown(request, etag)) return reply.code(304).send()
  const asked = readRange(rangeHeader(request, etag, lastModified), file.bytes)
  if (asked === 'unsatisfiable') {
    return refuse(reply.header('content-range', `bytes */${file.bytes}`), 'RangeNotSatisfiable')
  }
  const span = asked === 'whole' ? undefined : asked
  const length = span === undefined ? file.bytes : span.last - span.first + 1
  const content = request.method === 'HEAD' ? undefined : await file.read(span)
  content?.once('error', (error) => log.warn({ recordingId: file.recordingId, err: error }, 'a recording broke off'))
  reply.code(span === undefined ? 200 : 206).header('content-length', length)
  if (span !== undefined) reply.header('content-range', `bytes ${span.first}-${span.last}/${file.bytes}`)
  return reply.send(content)
}

/** `If-None-Match` (RFC 9110 §13.1.2), compared weakly. */
function isKnown({ headers }: FastifyRequest, etag: string): boolean {
  const given = headers['if-none-match']
  return given?.split(',').some((one) => ['*', etag, `W/${etag}`].includes(one.trim())) ?? false
}

/** The Range header of a GET, unless `If-Range` names another version (RFC 9110 §13.1.5): a weak tag counts as one. */
function rangeHeader({ method, headers }: FastifyRequest, etag: string, lastModified: string): string | undefined {
  if (method !== 'GET') return undefined
  const condition = headers['if-range']
  return condition === undefined || condition === etag || condition === lastModified ? headers.range : undefined
}

/** What the file is to be called where it is saved; a CallId has a character that some systems do not like. */
function fileName({ callId }: RecordingFile): string {
  return `${callId.replace(/[^0-9A-Za-z]/g, '-')}.wav`
}

function refuse(reply: FastifyReply, code: FileRefusal): FastifyReply {
  const { status, message, remedy } = fileRefusals[code]
  for (const name of ['etag', 'last-modified', 'content-disposition', 'accept-ranges']) reply.removeHeader(name)
  return reply
    .code(status)
    .headers({ 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' })
    .send(JSON.stringify({ Code: code, Message: message, Remedy: remedy, RequestId: reply.request.id }))
}
