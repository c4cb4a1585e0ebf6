import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { loadUdpAddon } from '../../src/media/udp/native-addon.ts'
import { NativeSockets } from '../../src/media/udp/native-sockets.ts'
import { openUdpSockets } from '../../src/media/udp/open-sockets.ts'
import { buildNative } from '../../tools/workshop/build-native.js'
import { describeUdpSockets } from './udp/contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'yuyin-native-'))
const file = join(folder, 'native/udp-sockets.node')
const whyNot = await buildNative(folder, { warningsAreErrors: true })
if (whyNot !== undefined) throw new Error(`the native sockets were not built: ${whyNot}`)
const addon = loadUdpAddon(file)
const sockets = new NativeSockets(addon)

afterAll(() => rmSync(folder, { recursive: true }))

describeUdpSockets(sockets)

describe('the addon', () => {
  it('refuses what is no socket, address, function or memory of its size', () => {
    expect(() => addon.close(1)).toThrow('no socket')
    expect(() => addon.portOf(-1)).toThrow('no socket')
    expect(() => addon.aim(1 << 20, '127.0.0.1', 1)).toThrow('no socket')
    expect(() => addon.bind('localhost', 0)).toThrow('an address and a port are wanted')
    expect(() => addon.bind('127.0.0.1', 65_536)).toThrow('an address and a port are wanted')
    expect(() => addon.send(65)).toThrow('no such count')
    const [words, octets] = [new Uint32Array(1), new Uint8Array(1)]
    expect(() => addon.start(() => undefined, words, octets, words, octets)).toThrow('it was started before')
    const before = `
      const addon = require(${JSON.stringify(file)})
      const said = (run) => { try { run() } catch (error) { return error.message } }
      const [words, octets, more] = [new Uint32Array(1e4), new Uint8Array(1e6), () => undefined]
      console.log(JSON.stringify([
        said(() => addon.bind('127.0.0.1', 0)), said(() => addon.send(0)),
        said(() => addon.start({}, words, octets, words, octets)), said(() => addon.start(more, words, octets)),
        said(() => addon.start(more, words, new Uint8Array(1), words, octets)),
        said(() => addon.start(more, octets, octets, words, octets)),
      ]))`
    expect(JSON.parse(spawnSync(process.execPath, ['-e', before], { encoding: 'utf8' }).stdout)).toEqual([
      'start comes first',
      'no such count',
      'a function is wanted',
      'too few arguments',
      'memory of another size',
      'memory of another size',
    ])
  })

  it('lets nobody else have a part of a port, though it is shared for a moment within', async () => {
    const program = join(folder, 'claim-port')
    expect(spawnSync('cc', ['-o', program, 'test/peers/udp/claim-port.c']).status).toBe(0)
    const there = await sockets.bind('127.0.0.1', 0)
    const here = await sockets.bind('127.0.0.1', 0)
    for (let n = 0; n < 100; n++) here.send(Buffer.from('x'), { host: '127.0.0.1', port: there.port })
    await turn()
    expect(spawnSync(program, [String(here.port)], { encoding: 'utf8' }).stdout).toBe('refused refused refused\n')
    await Promise.all([here.close(), there.close()])
    expect(spawnSync(program, [String(here.port)], { encoding: 'utf8' }).stdout).toBe('bound bound bound\n')
  })

  it('keeps a process alive while a socket is open, and no longer', () => {
    const script = (rest: string) => `
      const addon = require(${JSON.stringify(file)})
      addon.start(() => undefined, new Uint32Array(576), new Uint8Array(131072), new Uint32Array(192), new Uint8Array(131072))
      const socket = addon.bind('127.0.0.1', 0)
      ${rest}`
    const run = (rest: string) => spawnSync(process.execPath, ['-e', script(rest)], { timeout: 20_000 }).status
    expect(run('setTimeout(() => addon.close(socket), 10)')).toBe(0)
    expect(run('setTimeout(() => process.exit(7), 50)')).toBe(7)
    // A worker takes its sockets with it, whether it ends or is ended.
    const inWorker = `const { Worker } = require('node:worker_threads')
      if (process.argv[2] === undefined) new Worker(${JSON.stringify(script(''))} + ';setTimeout(() => process.exit(), 20)', { eval: true })`
    expect(spawnSync(process.execPath, ['-e', inWorker], { timeout: 20_000 }).status).toBe(0)
  })

  it('is done without where it cannot be had, which is said', () => {
    expect(openUdpSockets('node').sockets.kind).toBe('node')
    const without = openUdpSockets('native', join(folder, 'none.node'))
    expect(without.sockets.kind).toBe('node')
    expect(without.whyNotNative).toContain('none.node')
  })
})
