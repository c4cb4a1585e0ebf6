import type { SrvRecord } from './dns-lookups.ts'

/**
 * The order in which servers are tried (RFC 2782): by priority; within one, drawn by weight, so that the load is shared.
 *
 * @param random 0 to below 1
 */
export function srvOrder(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const priorities = [...new Set(records.map(({ priority }) => priority))].sort((one, other) => one - other)
  return priorities.flatMap((priority) =>
    drawn(
      records.filter((record) => record.priority === priority),
      random,
    ),
  )
}

function drawn(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  // Those of weight 0 first, so that they keep a small chance.
  const left = [...records].sort((one, other) => Number(one.weight > 0) - Number(other.weight > 0))
  const order: SrvRecord[] = []
  while (left.length > 0) {
    const whole = left.reduce((sum, { weight }) => sum + weight, 0)
    let mark = Math.floor(random() * (whole + 1))
    const index = left.findIndex(({ weight }) => {
      mark -= weight
      return mark <= 0
    })
    order.push(...left.splice(Math.max(0, index), 1))
  }
  return order
}
