import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { flagOf, readConfig, variableOf } from './config.ts'
import { ConfigError } from './setting.ts'

const none = { file: '/nonexistent/yuyin.yaml', environment: {}, flags: {} }

function yaml(content: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'yuyin-config-')), 'yuyin.yaml')
  writeFileSync(file, content)
  return file
}

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig(none)).toMatchObject({
      profile: 'production',
      httpPort: 8080,
      rtpPorts: { from: 30_000, to: 39_999 },
    })
  })

  it('lets flags win over variables, and variables over the file', () => {
    const file = yaml('httpPort: 1001\nsipPort: 1002\ntrunkPort: 1003\n')
    const environment = { YUYIN_SIP_PORT: '2002', YUYIN_TRUNK_PORT: '2003' }
    const config = readConfig({ file, environment, flags: { trunkPort: '3003' } })
    expect([config.httpPort, config.sipPort, config.trunkPort]).toEqual([1001, 2002, 3003])
  })

  it('keeps the dev profile on loopback', () => {
    expect(readConfig({ ...none, flags: { profile: 'dev' } })).toMatchObject({
      httpHost: '127.0.0.1',
      sipHost: '127.0.0.1',
    })
  })

  it('says which value cannot be used, where it came from and what can', () => {
    const wrong = () => readConfig({ ...none, environment: { YUYIN_HTTP_PORT: 'eighty' } })
    expect(wrong).toThrow(ConfigError)
    expect(wrong).toThrow("YUYIN_HTTP_PORT: 'eighty' cannot be used. Give a port from 0 to 65535.")
  })

  it('refuses a pause between repetitions that would flood a carrier', () => {
    expect(readConfig({ ...none, environment: { YUYIN_SIP_T1_MS: '250' } }).sipT1Ms).toBe(250)
    const flood = () => readConfig({ ...none, flags: { sipT1Ms: '0' } })
    expect(flood).toThrow("--sip-t1-ms: '0' cannot be used. Give a whole number from 10 to 999999.")
  })

  it('does not overlook a misspelt setting in the file', () => {
    expect(() => readConfig({ ...none, file: yaml('httpport: 1') })).toThrow("there is no setting 'httpport'")
  })

  it('takes addresses of the web as URLs, and says so when they are none', () => {
    const read = (flags: Record<string, string>) => readConfig({ ...none, flags })
    expect(read({ publicUrl: 'https://voice.example.com/calls/' }).publicUrl).toBe('https://voice.example.com/calls')
    expect(read({ publicUrl: '' }).publicUrl).toBe('')
    for (const wrong of ['voice.example.com', 'ftp://voice.example.com', 'https://a.example/?b', 'https://']) {
      expect(() => read({ publicUrl: wrong })).toThrow(
        'cannot be used. Give a URL that begins with http:// or https://',
      )
    }
    expect(read({ consoleOrigin: 'https://Console.example.com:443/' }).consoleOrigin).toBe(
      'https://console.example.com',
    )
    expect(() => read({ consoleOrigin: 'https://console.example.com/console' })).toThrow('Give scheme, host and port')
  })

  it('takes networks, and says so when one is none', () => {
    const read = (pushAllow: string) => readConfig({ ...none, flags: { pushAllow } })
    expect(read('10.0.0.0/8, ::1/128').pushAllow).toBe('10.0.0.0/8, ::1/128')
    expect(() => read('10.0.0.0/8,private')).toThrow('cannot be used. Give networks in CIDR notation')
  })

  it('reads a range of ports, or none', () => {
    expect(readConfig({ ...none, flags: { rtpPorts: '20000-20999' } }).rtpPorts).toEqual({ from: 20_000, to: 20_999 })
    expect(readConfig({ ...none, flags: { rtpPorts: '0' } }).rtpPorts).toEqual({ from: 0, to: 0 })
    expect(() => readConfig({ ...none, flags: { rtpPorts: '9-5' } })).toThrow(ConfigError)
  })
})

describe('names', () => {
  it('follow from the setting', () => {
    expect(variableOf('httpPort')).toBe('YUYIN_HTTP_PORT')
    expect(flagOf('verificationWaitSeconds')).toBe('--verification-wait-seconds')
  })
})
