import type { FastifyInstance } from 'fastify'
import type { Phones } from '../phones.types.ts'
import { printScript } from '../print-script.ts'
import { ScriptError } from '../script-values.ts'
import { readNumber, readScript } from './read-request.ts'
import { Refusal } from './refusal.ts'

const mostScriptBytes = 64 * 1024
const mostAudioBytes = 8 * 1024 * 1024

/** The phones themselves: which there are, how they behave, what they can play. */
export function phoneRoutes(app: FastifyInstance, phones: Phones): void {
  const behaviour = (number: string) => {
    const { source, meaning, script } = phones.scriptOf(number)
    return { number, source, meaning, script: printScript(script) }
  }

  app.get('/', () => ({ phones: phones.list() }))

  app.get<{ Params: { number: string } }>('/:number', (request) => behaviour(readNumber(request.params.number)))

  app.put<{ Params: { number: string } }>('/:number', { bodyLimit: mostScriptBytes }, async (request) => {
    const number = readNumber(request.params.number)
    await orRefusal('badScript', phones.setScript(number, readScript(request.body)))
    return behaviour(number)
  })

  app.delete<{ Params: { number: string } }>('/:number', (request) => {
    const number = readNumber(request.params.number)
    phones.clearScript(number)
    return behaviour(number)
  })

  app.put<{ Params: { name: string } }>('/audio/:name', { bodyLimit: mostAudioBytes }, async (request) => {
    const wav = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    await orRefusal('badAudio', phones.keepAudio(request.params.name, wav))
    return { file: request.params.name }
  })
}

async function orRefusal(code: 'badScript' | 'badAudio', work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (error instanceof ScriptError) throw new Refusal(code, error.message)
    throw error
  }
}
