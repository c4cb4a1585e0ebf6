import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hasCode } from '../../lib/error-code.ts'

/**
 * What tells a process from a later one with the same id: when it was started, and since which boot. `undefined` when
 * there is no such process.
 */
export function processIdentity(pid: number): string | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
}

function fromProc(pid: number): string | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    // No such process, or it went while it was read; or it is another user's, where the system hides those.
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return undefined
    throw error
  }
  // proc(5): field 22 is the start time in clock ticks since boot. Field 2, the name, may hold spaces and brackets.
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state] = afterName
  if (state === 'Z' || state === 'X') return undefined
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${afterName[22 - 3]}`
}

function fromPs(pid: number): string | undefined {
  const { error, status, stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
  if (error !== undefined) throw error
  // Its status says whether there is such a process.
  return status === 0 ? stdout.trim() : undefined
}
