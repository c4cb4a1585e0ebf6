import { findImports } from './find-imports.ts'
import { type Sources, targetOf } from './judge-imports.ts'

/**
 * Groups of files that import each other in a circle, type-only imports included: each group sorted by path. Tarjan's
 * strongly connected components.
 */
export function findCycles(sources: Sources): string[][] {
  const order = new Map<string, { index: number; low: number; onStack: boolean }>()
  const stack: string[] = []
  const cycles: string[][] = []

  const visit = (file: string) => {
    const mark = { index: order.size, low: order.size, onStack: true }
    order.set(file, mark)
    stack.push(file)
    for (const target of targetsOf(file, sources)) {
      const seen = order.get(target)
      if (seen === undefined) mark.low = Math.min(mark.low, visit(target).low)
      else if (seen.onStack) mark.low = Math.min(mark.low, seen.index)
    }
    if (mark.low === mark.index) {
      const group = stack.splice(stack.indexOf(file))
      for (const member of group) {
        const one = order.get(member)
        if (one !== undefined) one.onStack = false
      }
      if (group.length > 1 || targetsOf(file, sources).includes(file)) cycles.push(group.sort())
    }
    return mark
  }

  for (const file of sources.keys()) if (!order.has(file)) visit(file)
  return cycles
}

function targetsOf(file: string, sources: Sources): string[] {
  return findImports(sources.get(file) ?? '')
    .map(({ specifier }) => targetOf(file, specifier))
    .filter((target): target is string => target !== undefined && sources.has(target))
}
