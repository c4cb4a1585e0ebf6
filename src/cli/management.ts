import { Command } from 'commander'
import type { Config } from '../config.ts'
import { readEndpoints } from '../endpoints.ts'
import type { AccountAdmin } from '../store/accounts/account-admin.ts'
import { devProfile } from '../store/accounts/seed-dev-profile.ts'
import type { Store } from '../store/store.ts'
import { audited } from './audit/audited.ts'
import { changes, targetOf } from './audit/changes.ts'
import { pathOf } from './command-path.ts'
import { addConfigOptions, configOf } from './config-options.ts'
import { CommandError, createOutput, type Output } from './output.ts'
import { openToolStore } from './tool-store.ts'

/** What a management command works with. */
export interface Management {
  readonly admin: AccountAdmin
  /** Reads the directory, and issues what is not kept. */
  readonly store: Pick<
    Store,
    | 'directory'
    | 'temporaryKeys'
    | 'administration'
    | 'pushLog'
    | 'announcements'
    | 'recordings'
    | 'traces'
    | 'nodeId'
    | 'trunks'
    | 'trunkBoard'
  >
  readonly output: Output
  readonly config: Config
  /** The account that is meant: `--account`, else the only one there is. @throws {CommandError} when it must be told */
  accountId(): Promise<string>
}

/**
 * A subcommand that manages what an account owns: it works on the database of the running node, or opens the database
 * itself when no node runs on this data folder. What it changes (`audit/changes.ts`) is in the audit log.
 *
 * @param signature name and arguments: `add <number>`
 * @param run gets the arguments in order, then the options
 * @param scope what it is about: one account, or the whole service
 */
export function manage(
  signature: string,
  description: string,
  run: (management: Management, args: readonly string[], options: Readonly<Record<string, unknown>>) => Promise<void>,
  scope: 'account' | 'service' = 'account',
): Command {
  const command = new Command(signature.split(' ')[0]).description(description).option('--json', 'print JSON')
  if (scope === 'account') {
    command.option('--account <id>', 'the account that is meant; may be left out when there is only one')
  }
  for (const argument of signature.split(' ').slice(1)) command.argument(argument)
  addConfigOptions(command, 'common')
  return command.action(async (...received: unknown[]) => {
    const options = command.opts<Record<string, unknown>>()
    const args = received.slice(0, command.registeredArguments.length).map(String)
    const config = configOf(options)
    const store = await openToolStore(config, readEndpoints(config.data))
    try {
      const output = createOutput(process.stdout, options['json'] === true)
      const accountId = () => accountOf(store.accounts, options)
      const work = () => run({ admin: store.accounts, store, output, config, accountId }, args, options)
      const changeOf = changes[pathOf(command).replace(/^yuyin /, '')]
      if (changeOf === undefined) return await work()
      const account = scope === 'account' ? { account: accountId } : {}
      const asked = { args, options, directory: store.directory, ...account }
      const change = await changeOf(asked)
      await audited(store, { action: change.route, target: await targetOf(change, asked) }, work)
    } finally {
      await store.close()
    }
  })
}

/** A command that only groups subcommands: `yuyin number …`. */
export function group(name: string, description: string, commands: readonly Command[]): Command {
  const parent = new Command(name).description(description)
  for (const command of commands) parent.addCommand(command)
  return parent
}

async function accountOf(admin: AccountAdmin, options: Readonly<Record<string, unknown>>): Promise<string> {
  const asked = options['account']
  if (typeof asked === 'string') return asked
  const accounts = await admin.list()
  const [only] = accounts
  if (accounts.length === 1 && only !== undefined) return only.accountId
  if (accounts.some((account) => account.accountId === devProfile.accountId)) return devProfile.accountId
  throw new CommandError(
    accounts.length === 0
      ? "There is no account yet. 'yuyin account create <name>' makes one."
      : `There are ${accounts.length} accounts: say which one with --account ('yuyin account list' shows them).`,
  )
}
