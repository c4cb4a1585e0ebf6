import { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { flagOf, settings } from '../config.ts'
import { addConfigOptions, configOf } from './config-options.ts'

/** What a command line gives, in an environment without settings of its own. */
function parse(which: 'all' | 'common' | 'quiet', ...args: string[]) {
  const command = addConfigOptions(new Command('test').exitOverride(), which).parse(args, { from: 'user' })
  return configOf(command.opts())
}

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('YUYIN_')) vi.stubEnv(name, undefined)
})
afterEach(() => vi.unstubAllEnvs())

describe('options for settings', () => {
  it('are there for every setting of a node, each with its meaning and its default', () => {
    const command = addConfigOptions(new Command('serve'), 'all')
    for (const [name, { meaning }] of Object.entries(settings)) {
      const option = command.options.find(({ long }) => long === flagOf(name))
      expect(option?.description).toContain(meaning)
    }
    const described = (flag: string) => command.options.find(({ long }) => long === flag)?.description
    expect(described('--rtp-ports')).toContain('(default 30000-39999)')
    expect(described('--callee-limits')).toContain('(default on)')
    expect(described('--trunk-host')).not.toContain('default')
  })

  it('are read, over what the environment says', () => {
    vi.stubEnv('YUYIN_TRUNK_CHANNELS', '7')
    vi.stubEnv('YUYIN_HTTP_PORT', '9000')
    expect(parse('all', '--http-port', '9001')).toMatchObject({ httpPort: 9001, trunkChannels: 7 })
  })

  it('are taken without filling the help, where only a few matter', () => {
    expect(parse('quiet', '--trunk-channels', '8').trunkChannels).toBe(8)
    const help = addConfigOptions(new Command('doctor'), 'quiet').helpInformation()
    expect(help).toContain('--data')
    expect(help).not.toContain('--trunk-channels')
  })

  it('say which flag cannot be used, and what is accepted', () => {
    expect(() => parse('all', '--sip-port', 'abc')).toThrow(
      "--sip-port: 'abc' cannot be used. Give a port from 0 to 65535.",
    )
  })

  it('of the other commands say which node is meant, and no more', () => {
    expect(parse('common', '--profile', 'dev', '--data', '/tmp/x')).toMatchObject({ profile: 'dev', data: '/tmp/x' })
    expect(addConfigOptions(new Command('ring'), 'common').options.map(({ long }) => long)).toEqual([
      '--data',
      '--database-url',
      '--secret-key-file',
      '--profile',
      '--config',
    ])
  })

  it('do not pass over a settings file that was named and is not there', () => {
    expect(() => parse('common', '--config', '/nowhere/yuyin.yaml')).toThrow('there is no such file')
  })
})
