import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { missingPackages, neededPackages, suitesWithout } from './debian-packages.js'
import { inProject } from './project.js'
import { countResults } from './vitest-run.js'

describe('packages for the tests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yuyin-programs-'))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('are missing when their program is nowhere', () => {
    writeFileSync(join(folder, 'sipp'), '')
    expect(missingPackages([folder, '/nowhere'])).toEqual(neededPackages.filter(({ program }) => program !== 'sipp'))
  })

  it('take their suites with them', () => {
    const files = [
      'test/peers/sip-answered.test.ts',
      'test/peers/mns-client.test.ts',
      'test/peers/speech-espeak.test.ts',
    ]
    const missing = neededPackages.filter(({ name }) => name === 'sip-tester' || name === 'baresip-core')
    expect(suitesWithout(missing, files)).toEqual([{ file: files[0], packages: ['sip-tester'] }])
  })

  it('cover every test that starts one of these programs', () => {
    const peers = readdirSync(inProject('test/peers'), { recursive: true, encoding: 'utf8' })
    for (const file of peers.filter((one) => one.endsWith('.test.ts'))) {
      const text = readFileSync(inProject(`test/peers/${file}`), 'utf8')
      const started = neededPackages.filter(({ program }) =>
        new RegExp(`(spawn|execFile|run)\\w*\\('${program}'`).test(text),
      )
      const [planned] = suitesWithout(neededPackages, [`test/peers/${file}`])
      expect(planned?.packages ?? [], file).toEqual(expect.arrayContaining(started.map(({ name }) => name)))
    }
  })
})

describe('counting a run', () => {
  const file = (status: string, ...results: string[]) => ({
    status,
    assertionResults: results.map((one) => ({ status: one })),
  })
  const report = { numPassedTests: 2, numFailedTests: 1, numPendingTests: 1, numTodoTests: 0 }

  it('counts tests, and a file that could not be loaded as one failure', () => {
    const testResults = [file('failed', 'passed', 'passed', 'failed'), file('failed'), file('passed', 'pending')]
    expect(countResults({ ...report, testResults }, false)).toEqual({ passed: 2, failed: 2, skipped: 1 })
  })

  it('counts a run that broke off as a failure', () => {
    expect(countResults(undefined, false)).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(countResults({ ...report, numFailedTests: 0, testResults: [] }, false).failed).toBe(1)
  })

  it('counts nothing as failed when all is well', () => {
    expect(countResults({ ...report, numFailedTests: 0, testResults: [] }, true).failed).toBe(0)
  })
})
