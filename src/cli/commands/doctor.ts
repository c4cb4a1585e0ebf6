import { Command } from 'commander'
import { readEndpoints } from '../../endpoints.ts'
import { addConfigOptions, configOf } from '../config-options.ts'
import type { Finding } from '../doctor/check.ts'
import { machineChecks } from '../doctor/machine-checks.ts'
import { recordingChecks } from '../doctor/recording-checks.ts'
import { serviceChecks } from '../doctor/service-checks.ts'
import { trunkChecks } from '../doctor/trunk-checks.ts'
import { createOutput, displayWidth, exitCodes } from '../output.ts'

const marks: Readonly<Record<Finding['state'], string>> = { good: '✓', note: '·', bad: '✗' }

const manner = `It looks at the node that runs on the data folder, and at the settings this command is given: by yuyin.yaml, by
YUYIN_* variables, and by every flag of 'yuyin serve', whose --help lists them.`

/** `yuyin doctor`: looks at everything a node needs and says what to do. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('check ports, clock, database, voice, trunks and the way of the sound, and say what to do')
    .option('--json', 'print JSON')
  addConfigOptions(command, 'quiet').addHelpText(
    'after',
    `
${manner}
`,
  )
  return command.action(async (options: Record<string, unknown>) => {
    const config = configOf(options)
    const output = createOutput(process.stdout, options['json'] === true)
    const running = readEndpoints(config.data)
    const findings: ({ check: string } & Finding)[] = []
    for (const check of [
      ...machineChecks(config, running),
      ...serviceChecks(config, running),
      ...recordingChecks(config, running),
      ...(await trunkChecks(config, running)),
    ]) {
      const finding = await check.run()
      findings.push({ check: check.name, ...finding })
      output.line(`  ${marks[finding.state]} ${pad(check.name, 16)}${finding.found}`)
      if (finding.remedy !== undefined) output.line(`    ${pad('', 16)}→ ${finding.remedy}`)
    }
    const bad = findings.filter((finding) => finding.state === 'bad').length
    output.result({ healthy: bad === 0, findings }, () =>
      bad === 0 ? '\n  All is well.' : `\n  ${bad} of ${findings.length} checks failed.`,
    )
    process.exitCode = bad === 0 ? exitCodes.done : exitCodes.no
  })
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}
