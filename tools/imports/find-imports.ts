/** One import of a file, as it is written. */
export interface Import {
  /** `../lib/clock.ts`, `node:fs`, `fastify`. */
  readonly specifier: string
  /** Line of the specifier, from 1. */
  readonly line: number
}

/**
 * `import … from`, `export … from`, `import '…'` at the start of a line, and `import('…')` anywhere, in types too. Our
 * formatter puts statements at the start of a line, so that comments and strings do not match.
 */
const patterns = [
  /^(?:import|export)\s[^'"`;]*?\bfrom\s*(['"])(?<specifier>[^'"]+)\1/gm,
  /^import\s*(['"])(?<specifier>[^'"]+)\1/gm,
  /^(?!\s*(?:\*|\/\/|\/\*)).*?\bimport\(\s*(['"])(?<specifier>[^'"]+)\1\s*\)/gm,
]

/** Every import of a TypeScript text, type-only ones included, in the order of the lines. */
export function findImports(text: string): Import[] {
  const found: Import[] = []
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) {
      const specifier = match.groups?.['specifier'] ?? ''
      found.push({ specifier, line: text.slice(0, match.index + match[0].length).split('\n').length })
    }
  }
  return found.sort((left, right) => left.line - right.line)
}
