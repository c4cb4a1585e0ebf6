import { Command } from 'commander'
import { version } from '../version.ts'
import { pathOf } from './command-path.ts'
import { accountCommand } from './commands/account.ts'
import { adminCommand } from './commands/admin.ts'
import { announcementCommand } from './commands/announcement.ts'
import { blacklistCommand } from './commands/blacklist.ts'
import { doctorCommand } from './commands/doctor.ts'
import { keyCommand } from './commands/key.ts'
import { ledgerCommand } from './commands/ledger.ts'
import { numberCommand } from './commands/number.ts'
import { policyCommand } from './commands/policy.ts'
import { priceCommand } from './commands/price.ts'
import { pushCommand } from './commands/push.ts'
import { recordingCommand } from './commands/recording.ts'
import { ringCommand } from './commands/ring.ts'
import { serveCommand } from './commands/serve.ts'
import { subscriptionCommand } from './commands/subscription.ts'
import { templateCommand } from './commands/template.ts'
import { traceCommand } from './commands/trace.ts'
import { trunkCommand } from './commands/trunk.ts'
import { userCommand } from './commands/user.ts'
import { voiceCommand } from './commands/voice.ts'

/** The `yuyin` command: one subcommand per file of `commands/`. Throws commander's errors instead of ending the process. */
export function createProgram(): Command {
  const program = new Command('yuyin')
    .description('Voice messaging service: the Dyvmsapi 2017-05-25 contract in front of real SIP and RTP calls.')
    .version(version)
    .addHelpText(
      'after',
      `
First steps:
  yuyin serve --profile dev    run a node with virtual phones and a key that is known
  yuyin ring                   in another terminal: place a call and watch it

Exit codes: 0 done; 1 the answer is no (not heard, a check failed); 2 could not be carried out.
`,
    )
  for (const command of [
    serveCommand(),
    ringCommand(),
    doctorCommand(),
    accountCommand(),
    userCommand(),
    policyCommand(),
    keyCommand(),
    priceCommand(),
    ledgerCommand(),
    numberCommand(),
    trunkCommand(),
    templateCommand(),
    voiceCommand(),
    announcementCommand(),
    subscriptionCommand(),
    pushCommand(),
    recordingCommand(),
    traceCommand(),
    blacklistCommand(),
    adminCommand(),
  ]) {
    program.addCommand(command)
  }
  everyCommand(program, (command) =>
    command.exitOverride().showHelpAfterError(`(${pathOf(command)} --help shows what is possible)`),
  )
  return program
}

/** Subcommands that were added do not inherit the settings of their parent. */
function everyCommand(command: Command, visit: (command: Command) => void): void {
  visit(command)
  for (const child of command.commands) everyCommand(child, visit)
}
