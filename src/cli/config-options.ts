import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { type Config, flagOf, readConfig, settings } from '../config.ts'
import { ConfigError } from '../setting.ts'

/** Settings that every command takes: they say which node is meant. */
const common = ['data', 'databaseUrl', 'secretKeyFile', 'profile'] as const

/**
 * Adds a flag per setting: all of them for `serve`, those that say which node is meant for the rest. `quiet`: all are
 * taken, and the help shows the few.
 */
export function addConfigOptions(command: Command, which: 'all' | 'common' | 'quiet'): Command {
  const names: readonly string[] = which === 'common' ? common : Object.keys(settings)
  for (const name of names) {
    const setting = settings[name as keyof typeof settings]
    const shown = shownDefault(setting.default)
    const fallback = shown === '' ? '' : ` (default ${shown})`
    const option = new Option(`${flagOf(name)} <value>`, `${setting.meaning}${fallback}`)
    command.addOption(option.hideHelp(which === 'quiet' && !common.some((one) => one === name)))
  }
  return command.addOption(new Option('--config <file>', 'settings file (default yuyin.yaml)'))
}

/** The configuration for a command that was parsed. @throws {ConfigError} */
export function configOf(options: Readonly<Record<string, unknown>>): Config {
  const flags: Record<string, string> = {}
  for (const name of Object.keys(settings)) {
    const value = options[name]
    if (typeof value === 'string') flags[name] = value
  }
  const file = options['config']
  if (typeof file === 'string' && !existsSync(file)) throw new ConfigError(`--config ${file}: there is no such file.`)
  return readConfig({ ...(typeof file === 'string' ? { file } : {}), environment: process.env, flags })
}

function shownDefault(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'object' && value !== null && 'from' in value && 'to' in value) {
    return `${String(value.from)}-${String(value.to)}`
  }
  return String(value)
}
