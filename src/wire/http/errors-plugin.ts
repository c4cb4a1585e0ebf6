import type { FastifyInstance } from 'fastify'
import { gatewayErrors } from '../../operations/gateway-errors.ts'
import { refusals } from '../../operations/refusals.ts'

/** What is known about a code. */
interface ErrorExplanation {
  readonly Code: string
  readonly HttpStatus: number
  readonly Message: string
  readonly Remedy: string
}

/** `/errors/{Code}`: where `Recommend` of an error leads to. The same rows as docs/errors.md. */
export function errorsPlugin(app: FastifyInstance): void {
  app.get<{ Params: { code: string } }>('/errors/:code', async (request, reply) => {
    const found = explain(request.params.code)
    if (found !== undefined) return found
    return reply.code(404).send({ Message: 'There is no such code. docs/errors.md lists all of them.' })
  })
}

function explain(code: string): ErrorExplanation | undefined {
  for (const row of Object.values(refusals)) {
    if (row.code === code) {
      return { Code: code, HttpStatus: row.status, Message: `${row.chinese}。${row.english}`, Remedy: row.remedy }
    }
  }
  const [, parameter = ''] = /^(?:Missing|Invalid)([A-Z][A-Za-z0-9.]{0,64})$/.exec(code) ?? []
  const row = rowOf(code) ?? rowOf(code.replace(parameter, '{Param}'))
  return (
    row && {
      Code: code,
      HttpStatus: row.status,
      Message: row.message.replace('{Param}', parameter),
      Remedy: row.remedy,
    }
  )
}

function rowOf(name: string) {
  return Object.entries(gatewayErrors).find(([one]) => one === name)?.[1]
}
