/**
 * `npm run torture -- [folder…]`: gives each file of the folders, byte for byte, to the parser and to a user agent, over UDP
 * and over TCP, and prints what they make of it. Without a folder it takes the messages of RFC 4475 and RFC 5118 in this
 * repository. A file named like one of those (`wsinv.dat`) is held to the table; the command fails when one differs, or when
 * something goes wrong inside.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, parse } from 'node:path'
import { fileURLToPath } from 'node:url'
import { putToTorture, type Suffering } from '../src/sip/torture/put-to-torture.ts'
import { rfc4475 } from '../src/sip/torture/rfc4475.ts'
import { rfc5118 } from '../src/sip/torture/rfc5118.ts'
import type { TortureRow } from '../src/sip/torture/torture-message.ts'
import { verdictOn } from '../src/sip/torture/verdict.ts'

const rows = new Map([...rfc4475, ...rfc5118].map((row) => [row.name, row]))
const own = ['rfc4475', 'rfc5118'].map((name) => fileURLToPath(new URL(`../src/sip/torture/${name}`, import.meta.url)))
const folders = process.argv.length > 2 ? process.argv.slice(2) : own

let troubles = 0
for (const folder of folders) {
  console.log(`${folder}\n${line('file', 'parsed', 'over UDP', 'over TCP', 'table')}`)
  for (const file of filesOf(folder)) await torture(join(folder, file), parse(file).name)
}
console.log(troubles === 0 ? 'nothing differs, nothing failed' : `${troubles} to look at`)
if (troubles > 0) process.exitCode = 1

async function torture(path: string, name: string): Promise<void> {
  const bytes = readFileSync(path)
  const parsed = verdictOn(bytes)
  const [udp, tcp] = [await putToTorture(bytes, 'udp'), await putToTorture(bytes, 'tcp')]
  const row = rows.get(name)
  const failures = [...udp.failures, ...tcp.failures]
  const differs = row !== undefined && !(sameVerdict(parsed, row.parsed) && isPromised(udp, row))
  if (differs || failures.length > 0) troubles++
  const standing = row === undefined ? 'not in it' : `${differs ? 'DIFFERS from' : 'as in'} §${row.section}`
  const verdict = typeof parsed === 'string' ? parsed : parsed.malformed
  console.log(line(name, verdict, told(udp), told(tcp), [standing, ...failures].join('; FAILED: ')))
}

/** Files in the order of their names, without hidden ones. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
}

function told({ answer, isCall }: Suffering): string {
  return isCall ? 'a call' : (answer ?? 'dropped')
}

function sameVerdict(one: TortureRow['parsed'], other: TortureRow['parsed']): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function isPromised({ answer, isCall }: Suffering, { agent }: TortureRow): boolean {
  if (agent === 'call') return isCall
  if (agent === 'drop') return answer === undefined
  return !isCall && answer?.startsWith(String(agent.status)) === true
}

function line(name: string, parsed: string, udp: string, tcp: string, table: string): string {
  return `${name.padEnd(32)}${parsed.padEnd(36)}${udp.padEnd(40)}${tcp.padEnd(40)}${table}`.trimEnd()
}
