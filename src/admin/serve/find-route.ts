import { AdminError } from '../errors.ts'
import type { Route } from '../route.ts'

export interface FoundRoute {
  readonly route: Route
  /** Variable parts of the path, still percent-encoded. */
  readonly params: Readonly<Record<string, string>>
}

/**
 * The route of a method and a path below `/admin`. Fixed parts of a path win over variable ones.
 *
 * @throws {AdminError} noSuchPath, methodNotAllowed
 */
export function findRoute(routes: readonly Route[], method: string, path: string): FoundRoute {
  const parts = path.split('/')
  const matches = routes
    .map((route) => ({ route, params: match(route.path.split('/'), parts) }))
    .filter((one): one is FoundRoute => one.params !== undefined)
  const found = matches
    .filter(({ route }) => route.method === method)
    .sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0]
  if (found !== undefined) return found
  if (matches.length === 0) throw new AdminError('noSuchPath')
  const allow = [...new Set(matches.map(({ route }) => route.method))].sort().join(', ')
  throw new AdminError('methodNotAllowed', { headers: { allow } })
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, wanted] of pattern.entries()) {
    const part = parts[index] ?? ''
    const [, name] = /^\{(\w+)\}$/.exec(wanted) ?? []
    if (name === undefined ? part !== wanted : part === '') return undefined
    if (name !== undefined) params[name] = part
  }
  return params
}
