import { type FileHandle, open } from 'node:fs/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { readRange } from '../../lib/byte-range.ts'
import { hasCode } from '../../lib/error-code.ts'
import type { HeardReport } from '../heard-report.ts'
import type { PhoneCallRecord } from '../phone-call-record.ts'
import type { Phones } from '../phones.types.ts'
import { readCall, readLastCall } from './read-request.ts'
import { Refusal } from './refusal.ts'

/** What the phone heard, as sound and as its timing; of one call, or of the last one. */
export function heardRoutes(app: FastifyInstance, phones: Phones): void {
  const sendWav = async (record: PhoneCallRecord, request: FastifyRequest, reply: FastifyReply) => {
    const file = await openRecording(phones, record)
    try {
      return await sendFile(file, request.headers.range, reply)
    } catch (error) {
      await file.close()
      throw error
    }
  }
  const report = async (record: PhoneCallRecord): Promise<HeardReport> => {
    await openRecording(phones, record).then((file) => file.close())
    return phones.heardReport(record)
  }
  type One = { Params: { number: string; id: string } }
  type Last = { Params: { number: string } }
  app.get<One>('/:number/calls/:id/heard.wav', (request, reply) =>
    sendWav(readCall(phones, request.params), request, reply),
  )
  app.get<One>('/:number/calls/:id/heard.json', (request) => report(readCall(phones, request.params)))
  app.get<Last>('/:number/heard.wav', (request, reply) => sendWav(readLastCall(phones, request.params), request, reply))
  app.get<Last>('/:number/heard.json', (request) => report(readLastCall(phones, request.params)))
}

/** @throws {Refusal} when there is no complete recording */
async function openRecording(phones: Phones, record: PhoneCallRecord): Promise<FileHandle> {
  if (record.endedAt === undefined) {
    throw new Refusal(
      'stillRunning',
      `the call is not over yet; GET /phones/${record.number}/calls?wait=60 waits for its end`,
    )
  }
  if (record.heardMs === undefined) throw new Refusal('nothingHeard', 'the phone did not answer, so it heard nothing')
  try {
    return await open(phones.heardFile(record))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) throw new Refusal('nothingHeard', 'the recording was removed')
    throw error
  }
}

async function sendFile(file: FileHandle, rangeHeader: string | undefined, reply: FastifyReply): Promise<FastifyReply> {
  const { size } = await file.stat()
  const range = readRange(rangeHeader, size)
  reply.header('accept-ranges', 'bytes').header('cache-control', 'no-store').type('audio/wav')
  if (range === 'unsatisfiable') {
    await file.close()
    return reply.code(416).header('content-range', `bytes */${size}`).send('')
  }
  const { first, last } = range === 'whole' ? { first: 0, last: size - 1 } : range
  if (range !== 'whole') reply.code(206).header('content-range', `bytes ${first}-${last}/${size}`)
  return reply.header('content-length', last - first + 1).send(file.createReadStream({ start: first, end: last }))
}
