import { describe, expect, it } from 'vitest'
import { findCycles } from './find-cycles.ts'
import { findImports } from './find-imports.ts'
import { importRows } from './import-table.ts'
import { judgeImports } from './judge-imports.ts'

const judged = (file: string, ...lines: string[]) =>
  judgeImports(new Map([[file, lines.join('\n')]]), importRows).map(({ line, why }) => `${line}: ${why}`)

describe('finding imports', () => {
  it('sees every form, type-only ones and those over several lines too', () => {
    const text = [
      "import { a } from './a.ts'",
      "import type { B } from './b.ts'",
      'import {',
      '  c,',
      "} from './c.ts'",
      "export { d } from './d.ts'",
      "import './e.ts'",
      "const f = await import('./f.ts')",
      "let g: import('./g.ts').G",
    ].join('\n')
    expect(findImports(text).map(({ specifier, line }) => `${line} ${specifier}`)).toEqual([
      '1 ./a.ts',
      '2 ./b.ts',
      '5 ./c.ts',
      '6 ./d.ts',
      '7 ./e.ts',
      '8 ./f.ts',
      '9 ./g.ts',
    ])
  })

  it('takes neither comments nor exports of values for imports', () => {
    const text = [
      "// import('./a.ts')",
      " * import('./b.ts')",
      'export const from = 1',
      "export const d = 'from'",
    ].join('\n')
    expect(findImports(text)).toEqual([])
  })
})

describe('the import table', () => {
  it.each([
    ['src/domain/call/call.ts', '../../lib/clock.ts'],
    ['src/sip/dialog/dialog.ts', '../message/message.ts'],
    ['src/store/call-store.ts', '../operations/ports.ts'],
    ['src/main.ts', './sip/user-agent.ts'],
    ['src/engine/dialler.test.ts', '../../fakes/fake-clock.ts'],
    ['src/config.test.ts', './config.ts'],
  ])('%s may import %s', (file, specifier) => {
    expect(judged(file, `import { x } from '${specifier}'`)).toEqual([])
  })

  it.each([
    ['src/domain/call/call.ts', '../../events/event-map.ts'],
    ['src/domain/call/call.ts', 'node:fs'],
    ['src/sip/dialog/dialog.ts', '../../domain/call/call.ts'],
    ['src/sip/dialog/dialog.ts', 'fastify'],
    ['src/store/call-store.ts', '../operations/catalogue.ts'],
    ['src/engine/live-call.ts', '../sip/user-agent.types.ts'],
    ['src/engine/live-call.ts', '../../fakes/fake-clock.ts'],
    ['src/helpers/a.ts', '../lib/clock.ts'],
  ])('%s may not import %s, types included', (file, specifier) => {
    expect(judged(file, '', `import type { x } from '${specifier}'`)).toHaveLength(1)
  })

  it('says the line, what is allowed and why', () => {
    expect(judged('src/phones/phone.ts', '', "import { x } from '../store/a.ts'")).toEqual([
      '2: phones may import sip, media, lib (a phone is a stranger to the service: it knows SIP and RTP only)',
    ])
  })
})

it('finds circles, and none where there is none', () => {
  const sources = new Map([
    ['src/lib/a.ts', "import './b.ts'"],
    ['src/lib/b.ts', "import type { C } from './c.ts'"],
    ['src/lib/c.ts', "import './a.ts'"],
    ['src/lib/d.ts', "import './a.ts'\nimport './d.ts'"],
    ['src/lib/e.ts', "import './d.ts'"],
  ])
  expect(findCycles(sources)).toEqual([['src/lib/a.ts', 'src/lib/b.ts', 'src/lib/c.ts'], ['src/lib/d.ts']])
})
