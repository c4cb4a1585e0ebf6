/** Writes docs/operations.md and docs/errors.md from the catalogue and the tables of errors. `--check`: only compares. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { callingRules } from '../src/domain/call/calling-rules.ts'
import { catalogue } from '../src/operations/catalogue.ts'
import { type GatewayErrorRow, gatewayErrors } from '../src/operations/gateway-errors.ts'
import type { Field } from '../src/operations/input-fields.ts'
import type { Operation } from '../src/operations/operation.ts'
import type { Outputs } from '../src/operations/output-fields.ts'
import { type RefusalRow, refusals } from '../src/operations/refusals.ts'
import { generatedPage } from './pages/generated-page.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const tool = 'tools/operations-page.ts'
const emptyParameters = ['No parameters.']
const parameterHead = ['| Parameter | Type | Required | Accepted | Default |', '|---|---|---|---|---|']

generatedPage('docs/operations.md', tool, operationsPage())
generatedPage('docs/errors.md', tool, errorsPage())

function operationsPage(): string {
  const files = operationFiles()
  const built = catalogue.filter(isBuilt).length
  const rows = catalogue.map((one) => {
    const state = isBuilt(one) ? 'built' : 'contract only'
    return `| [${one.name}](#${one.name.toLowerCase()}) | ${one.summary} | ${state} | ${qpsText(one)} |`
  })
  return lines(
    '# Operations',
    '',
    `The API of Dyvmsapi 2017-05-25 and Dybaseapi 2017-05-25, served at \`/\`, by GET and POST: ${catalogue.length} operations,`,
    `${built} of them built. The others are known by their contract and answered with \`UnsupportedOperation\` (HTTP 400).`,
    'Every request may also carry OwnerId, ResourceOwnerAccount, ResourceOwnerId and RegionId, which are ignored; an empty',
    'value counts as absent. Every answer has Code, Message and RequestId besides the fields listed. Any operation may also be',
    'refused for the state of the account or for want of permission ([errors.md](errors.md)). Flow control is',
    'requests a second of one account / of all accounts, held by default and across all nodes on one database',
    '(`YUYIN_REQUEST_LIMITS=off` turns it off, `YUYIN_REQUEST_LIMIT_PERCENT` scales it).',
    '',
    '| Operation | What it does | State | Flow control (held) |',
    '|---|---|---|---|',
    ...rows,
    ...catalogue.flatMap((one) => operationSection(one, files)),
  )
}

function isBuilt(one: Operation): boolean {
  return one.prepare !== undefined
}

function qpsText({ qps }: Operation): string {
  return `${qps.account} / ${qps.all ?? '-'}`
}

function operationSection(one: Operation, files: readonly string[]): string[] {
  const path = fileOf(one, files)
  const test = path.replace(/\.ts$/, '.test.ts')
  const tests = [...(existsSync(root + test) ? [test] : []), ...(isBuilt(one) ? sharedTests(path, files) : [])]
  const inputs = Object.entries(one.input).map(([name, field]) => inputRow(name, field))
  const answers =
    Object.keys(one.output).length === 0 ? [] : [`Answer: ${outputText(one.output)}. Code of success: ${one.success}.`]
  const codes = one.refusals.map((name) => `\`${refusals[name].code}\``)
  return [
    '',
    `## ${one.name}`,
    '',
    `${one.summary} Product ${one.product}. ${isBuilt(one) ? 'Built' : 'Not built yet'}: [${path}](../${path})${tests.length === 0 ? '' : `, tests ${tests.map((file) => `[${file}](../${file})`).join(', ')}`}.`,
    '',
    ...(inputs.length === 0 ? emptyParameters : [...parameterHead, ...inputs]),
    ...(answers.length === 0 ? [] : ['', ...answers]),
    ...(codes.length === 0 ? [] : ['', `Refusals: ${[...new Set(codes)].join(', ')}.`]),
    ...(one.notes.length === 0 ? [] : ['', ...one.notes.map((note) => `- ${note}`)]),
  ]
}

function inputRow(name: string, field: Field<unknown>): string {
  const fallback = field.fallback === undefined || field.fallback === '' ? '' : String(field.fallback)
  return `| ${name} | ${field.type} | ${field.required ? 'yes' : 'no'} | ${field.accepts} | ${fallback} |`
}

function outputText(outputs: Outputs): string {
  return Object.entries(outputs)
    .map(([name, one]) => {
      const inner = one.fields === undefined ? '' : ` {${outputText(one.fields)}}`
      return `${name}: ${one.type}${one.type === 'List' ? ' of' : ''}${inner}${one.optional === true ? ' (optional)' : ''}`
    })
    .join(', ')
}

function operationFiles(): string[] {
  const entries = readdirSync(`${root}src/operations`, { recursive: true, encoding: 'utf8' })
  return entries.map((entry) => `src/operations/${entry.replaceAll('\\', '/')}`).sort()
}

/** A built operation lives in the file of its name; a contract is found by its name in a file of contracts. */
function fileOf({ name }: Operation, files: readonly string[]): string {
  const own = `/${name.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase()}.ts`
  const found =
    files.find((file) => file.endsWith(own)) ??
    files.find(
      (file) => file.endsWith('-contracts.ts') && readFileSync(root + file, 'utf8').includes(`name: '${name}'`),
    )
  if (found === undefined) throw new Error(`no file under src/operations holds ${name}`)
  return found
}

/** Tests in the same folder that several operations share: `single-call.test.ts` for `single-call-by-*.ts`. */
function sharedTests(path: string, files: readonly string[]): string[] {
  return files.filter((file) => {
    const stem = file.replace(/\.test\.ts$/, '')
    return file.endsWith('.test.ts') && path.startsWith(`${stem}-`)
  })
}

function errorsPage(): string {
  const gateway = Object.entries<GatewayErrorRow>(gatewayErrors).map(([code, row]) => {
    return `| ${code}${row.ours === true ? ' (ours)' : ''} | ${row.status} | ${row.message} | ${row.remedy} |`
  })
  const business = Object.values<RefusalRow>(refusals).map((row) => {
    return `| ${row.code} | ${row.status} | ${row.chinese} | ${row.english} | ${row.remedy} |`
  })
  return lines(
    '# Errors',
    '',
    'A request is refused in one of two shapes, in JSON or XML as it asked for.',
    '',
    'The **gateway** answers with 4xx or 5xx and RequestId, HostId, Code, Message and Recommend (the address of the',
    "row below, `/errors/{Code}`). The **business** answers with HTTP 200 and the operation's own shape without its",
    'payload: Code, Message, RequestId. The codes are those of the public error lists; `(ours)` marks cases for which they',
    'have none.',
    '',
    '## Gateway',
    '',
    'Checked in this order: method, encoding of the parameters, format, Action and Version, AccessKeyId, nonce and time,',
    'signature, replay, temporary token, permission of the user, state of the account, flow control, whether the operation is',
    'built, its parameters.',
    '',
    '| Code | HTTP | Message | What to do |',
    '|---|---|---|---|',
    ...gateway,
    '',
    '## Business',
    '',
    `A call is judged in this order: ${callingRules.map(({ about }) => about).join(', ')}, balance, frequency.`,
    '',
    '| Code | HTTP | Message | In English | What to do |',
    '|---|---|---|---|---|',
    ...business,
  )
}

function lines(...all: readonly string[]): string {
  return all.join('\n')
}
