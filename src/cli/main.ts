import { Command, CommanderError } from 'commander'
import { ConfigError } from '../config.ts'
import { accountCommand } from './commands/account.ts'
import { blacklistCommand } from './commands/blacklist.ts'
import { doctorCommand } from './commands/doctor.ts'
import { keyCommand } from './commands/key.ts'
import { numberCommand } from './commands/number.ts'
import { ringCommand } from './commands/ring.ts'
import { serveCommand } from './commands/serve.ts'
import { subscriptionCommand } from './commands/subscription.ts'
import { templateCommand } from './commands/template.ts'
import { voiceCommand } from './commands/voice.ts'
import { CommandError, exitCodes } from './output.ts'

/** The `yuyin` command: one subcommand per file of `commands/`. */
const program = new Command('yuyin')
  .description('Voice messaging service: the Dyvmsapi 2017-05-25 contract in front of real SIP and RTP calls.')
  .version('0.1.0')
  .showHelpAfterError('(--help shows what is possible)')
  .addHelpText(
    'after',
    '\nExit codes: 0 done; 1 the answer is no (not heard, a check failed, not found); 2 could not be carried out.\n',
  )
  .exitOverride()

for (const command of [
  serveCommand(),
  ringCommand(),
  doctorCommand(),
  accountCommand(),
  keyCommand(),
  numberCommand(),
  templateCommand(),
  voiceCommand(),
  subscriptionCommand(),
  blacklistCommand(),
]) {
  program.addCommand(command)
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.failed
  } else if (error instanceof CommandError || error instanceof ConfigError) {
    process.stderr.write(`yuyin: ${error.message}\n`)
    process.exitCode = exitCodes.failed
  } else {
    throw error
  }
}
