import { Command } from 'commander'
import type { Endpoints } from '../../endpoints.ts'
import { type RunningNode, startNode } from '../../main.ts'
import { devProfile } from '../../store/accounts/seed-dev-profile.ts'
import { version } from '../../version.ts'
import { addConfigOptions, configOf } from '../config-options.ts'
import { createNodeLog } from '../node-log.ts'
import { exitCodes } from '../output.ts'

/** `yuyin serve`: runs a node until it is told to stop. */
export function serveCommand(): Command {
  const command = new Command('serve').description('run a node')
  return addConfigOptions(command, 'all').action(async (options: Record<string, unknown>) => {
    const config = configOf(options)
    const log = createNodeLog(config)
    const node = await startNode(config, log)
    process.stdout.write(config.profile === 'dev' ? devBanner(node) : productionBanner(node))
    await untilStopped()
    process.stdout.write('\nStopping: no new calls, live ones may end. Press Ctrl-C again to hang up at once.\n')
    process.once('SIGINT', () => process.exit(exitCodes.no))
    await node.close()
  })
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}

function devBanner({ endpoints, synthesizer }: RunningNode): string {
  return `
  Yuyin ${version} · dev profile · loopback only

    API        ${apiOf(endpoints)}
    Key        ${devProfile.accessKeyId} / ${devProfile.secret}
    Number     ${devProfile.number}
    Templates  ${devProfile.verificationTemplate} \${code}   ${devProfile.notificationTemplate} \${name} \${time}
    SIP        ${endpoints.sip}${endpoints.phones === undefined ? '' : `   virtual phones ${endpoints.phones}`}
    Voice      ${synthesizer}

  Hear the first call, in another terminal:

    node bin/yuyin.js ring

`
}

function productionBanner({ endpoints, synthesizer }: RunningNode): string {
  return `Yuyin ${version} · API ${apiOf(endpoints)} · SIP ${endpoints.sip} · voice ${synthesizer}\n`
}

function apiOf({ http, https }: Endpoints): string {
  return https === undefined ? http : `${http}  ${https}`
}
