import type { PhoneFaults } from './phone-script.ts'
import { onlyKeys, readNumber, readObject, ScriptError, shown } from './script-values.ts'

const share = { from: 0, to: 1, unit: '' }

/** Reads the faults of a line; nothing written means a perfect line. @throws {ScriptError} */
export function parseFaults(value: unknown): PhoneFaults {
  if (value === undefined) return {}
  const faults = readObject({ where: 'faults', value })
  onlyKeys('faults', faults, ['loss', 'duplicate', 'reorder', 'delayMs', 'jitterMs', 'mute', 'lateBye'])
  const read = (key: string, bounds: { from: number; to: number; unit: string }) =>
    faults[key] === undefined ? undefined : readNumber({ where: `faults "${key}"`, value: faults[key] }, bounds)
  const loss = read('loss', share)
  const duplicate = read('duplicate', share)
  const reorder = read('reorder', share)
  const delayMs = read('delayMs', { from: 0, to: 10_000, unit: 'milliseconds' })
  const jitterMs = read('jitterMs', { from: 0, to: 2_000, unit: 'milliseconds' })
  const lateByeSeconds = read('lateBye', { from: 0, to: 60, unit: 'seconds' })
  const { mute } = faults
  if (mute !== undefined && typeof mute !== 'boolean') {
    throw new ScriptError(`faults "mute": must be true or false, got ${shown(mute)}`)
  }
  return {
    ...(loss !== undefined && { loss }),
    ...(duplicate !== undefined && { duplicate }),
    ...(reorder !== undefined && { reorder }),
    ...(delayMs !== undefined && { delayMs }),
    ...(jitterMs !== undefined && { jitterMs }),
    ...(mute !== undefined && { mute }),
    ...(lateByeSeconds !== undefined && { lateByeSeconds }),
  }
}
