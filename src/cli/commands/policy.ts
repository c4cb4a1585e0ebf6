import { text as readAll } from 'node:stream/consumers'
import type { Command } from 'commander'
import { type Judgement, judge, wishFor } from '../../domain/policy/judge.ts'
import { readPolicyDocument } from '../../domain/policy/policy.ts'
import { catalogue } from '../../operations/catalogue.ts'
import { group, manage } from '../management.ts'
import { readNamed } from '../named-file.ts'
import { CommandError, exitCodes, table } from '../output.ts'

/** `yuyin policy …`: what users may do. */
export function policyCommand(): Command {
  return group('policy', 'policies: what users may do', [
    manage('save <name> <file>', 'make or replace a policy from a JSON file; -: from stdin', async (context, args) => {
      const [policyName = '', file = ''] = args
      const document = await readDocument(file)
      const accountId = await context.accountId()
      await context.admin.policies.save({ accountId, policyName, document })
      context.output.result(
        { accountId, policyName },
        () => `Policy ${policyName}. Next: yuyin user attach <user> ${policyName}`,
      )
    }),
    manage('list', 'the policies of an account, and those of the system', async ({ admin, output, accountId }) => {
      output.result(await admin.policies.list(await accountId()), (policies) =>
        table(
          ['policy', 'statements'],
          policies.map((one) => [one.policyName, inWords(one.document)]),
        ),
      )
    }),
    manage('show <name>', 'the document of a policy', async ({ admin, output, accountId }, [name = '']) => {
      const account = await accountId()
      const policy = (await admin.policies.list(account)).find((one) => one.policyName === name)
      if (policy === undefined) throw new CommandError(`There is no policy ${name} of account ${account}.`)
      output.result(policy, () => JSON.stringify(JSON.parse(policy.document), null, 2))
    }),
    manage('check <user> <operation>', 'say whether a user may call an operation', async (context, args) => {
      const [userName = '', operation = ''] = args
      if (!catalogue.some((one) => one.name === operation)) {
        throw new CommandError(`'${operation}' is no operation. docs/operations.md lists them all.`)
      }
      const { admin, output } = context
      const accountId = await context.accountId()
      const user = (await admin.users.list(accountId)).find((one) => one.userName === userName)
      if (user === undefined) throw new CommandError(`There is no user ${userName} of account ${accountId}.`)
      const policies = (await admin.policies.list(accountId)).filter((one) => user.policies.includes(one.policyName))
      const wish = wishFor(operation, accountId)
      const says = (judgement: Judgement) =>
        policies
          .filter((one) => judge(readPolicyDocument(one.document), wish) === judgement)
          .map((one) => one.policyName)
      const judgement = judge(
        policies.flatMap((one) => readPolicyDocument(one.document)),
        wish,
      )
      const by = judgement === 'notAllowed' ? [] : says(judgement)
      output.result({ userName, ...wish, judgement, by }, () =>
        judgement === 'notAllowed'
          ? `No: none of his policies (${user.policies.join(', ') || 'he has none'}) allows ${wish.action}.`
          : `${judgement === 'allowed' ? 'Yes' : 'No'}: ${wish.action} is ${judgement} by ${by.join(', ')}.`,
      )
      if (judgement !== 'allowed') process.exitCode = exitCodes.no
    }),
    manage('remove <name>', 'remove a policy that no user has', async ({ admin, output, accountId }, [name = '']) => {
      await admin.policies.remove(await accountId(), name)
      output.result({ policyName: name, removed: true }, () => `Policy ${name} is gone.`)
    }),
  ])
}

async function readDocument(file: string): Promise<string> {
  return file === '-' ? readAll(process.stdin) : (await readNamed(file)).toString('utf8')
}

/** `Allow dyvms:Single*; Deny dyvms:IvrCall`. */
function inWords(document: string): string {
  return readPolicyDocument(document)
    .map(({ effect, actions }) => `${effect} ${actions.join(', ')}`)
    .join('; ')
}
