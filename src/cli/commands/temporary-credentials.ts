import type { Command } from 'commander'
import { type Grant, grantSeconds } from '../../domain/account/temporary-key.ts'
import { chinaTime } from '../../lib/china-time.ts'
import { systemClock } from '../../lib/clock.ts'
import { type Management, manage } from '../management.ts'
import { CommandError } from '../output.ts'

const { min, max, usual } = grantSeconds

/** `yuyin key temporary` and `yuyin key bearer`: credentials that end by themselves. */
export function temporaryCredentialCommands(): Command[] {
  return [
    issuing('temporary', 'make a temporary key pair with its security token', async (management, options) => {
      const grant = await readGrant(management, options)
      const { accessKeyId, secret, securityToken } = management.store.temporaryKeys.issueKey(grant)
      management.output.result(
        { accessKeyId, secret, securityToken, expiresAt: grant.expiresAt },
        () =>
          `AccessKeyId      ${accessKeyId}\nAccessKeySecret  ${secret}\nSecurityToken    ${securityToken}\n\n${untilWhen(grant)}`,
      )
    }),
    issuing('bearer', 'make a bearer token: whoever holds it may ask', async (management, options) => {
      const grant = await readGrant(management, options)
      const bearerToken = management.store.temporaryKeys.issueBearer(grant, systemClock.now())
      management.output.result(
        { bearerToken, expiresAt: grant.expiresAt },
        () => `BearerToken  ${bearerToken}\n\n${untilWhen(grant)} It travels unprotected: use it over HTTPS only.`,
      )
    }),
  ]
}

type Options = Readonly<Record<string, unknown>>

function issuing(name: string, description: string, run: (management: Management, options: Options) => Promise<void>) {
  return manage(name, description, (management, _args, options) => run(management, options))
    .option('--seconds <n>', `how long it is good, ${min} to ${max}`, String(usual))
    .option('--user <name>', 'for a user of the account, whose policies hold; absent: for the account itself')
}

/** @throws {CommandError} when account or user do not exist, or the time cannot be */
async function readGrant({ store, accountId }: Management, options: Options): Promise<Grant> {
  const text = String(options['seconds'])
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (!(seconds >= min && seconds <= max))
    throw new CommandError(`--seconds: give a whole number from ${min} to ${max}.`)
  const id = await accountId()
  if ((await store.directory.account(id)) === undefined) {
    throw new CommandError(`There is no account ${id} ('yuyin account list' shows them).`)
  }
  const grant = { accountId: id, expiresAt: systemClock.now() + seconds * 1000 }
  const { user } = options
  if (typeof user !== 'string') return grant
  if ((await store.directory.user(id, user)) === undefined) {
    throw new CommandError(`There is no user ${user} of account ${id} ('yuyin user list' shows them).`)
  }
  return { ...grant, userName: user }
}

function untilWhen({ expiresAt }: Grant): string {
  return `Good until ${chinaTime(expiresAt)} China time. It is not kept here and cannot be shown again.`
}
