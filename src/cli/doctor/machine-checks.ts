import { createSocket } from 'node:dgram'
import { accessSync, constants, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { type Config, flagOf, variableOf } from '../../config.ts'
import type { Endpoints } from '../../endpoints.ts'
import { loadUdpAddon } from '../../media/udp/native-addon.ts'
import { reasonOf } from '../expected-reason.ts'
import { bad, type Check, good, note } from './check.ts'
import { nearestThatExists } from './nearest-folder.ts'

/** What the machine must give: Node, a folder, ports. */
export function machineChecks(config: Config, running: Endpoints | undefined): Check[] {
  return [
    { name: 'Node.js', run: async () => nodeVersion() },
    { name: 'data folder', run: async () => dataFolder(config.data) },
    ...(running === undefined ? portChecks(config) : []),
    { name: 'RTP ports', run: async () => rtpPorts(config) },
    { name: 'RTP sockets', run: async () => rtpSockets(config) },
  ]
}

/** The ports that a node will open. */
function portChecks(config: Config): Check[] {
  const { httpHost, httpPort, httpsPort, sipHost, sipPort, sipTlsPort } = config
  const https: Check = { name: 'HTTPS port', run: () => tcpPort('httpsPort', httpHost, httpsPort) }
  const sipTls: Check = { name: 'SIP port, TLS', run: () => tcpPort('sipTlsPort', sipHost, sipTlsPort) }
  return [
    { name: 'HTTP port', run: () => tcpPort('httpPort', httpHost, httpPort) },
    ...(config.tls === 'off' ? [] : [https]),
    { name: 'SIP port, TCP', run: () => tcpPort('sipPort', sipHost, sipPort) },
    { name: 'SIP port, UDP', run: () => udpPort('sipPort', sipHost, sipPort) },
    ...(config.sipTls === 'off' ? [] : [sipTls]),
  ]
}

function nodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isNewEnough = major > 20 || (major === 20 && minor >= 19)
  return isNewEnough
    ? good(process.versions.node)
    : bad(`${process.versions.node} is too old`, 'Install Node.js 20.19 or newer.')
}

function dataFolder(folder: string) {
  const nearest = nearestThatExists(folder)
  try {
    if (!statSync(nearest).isDirectory()) return bad(`${nearest} is no folder`, 'Choose another one with YUYIN_DATA.')
    accessSync(nearest, constants.W_OK)
    return good(nearest === folder ? folder : `${folder} will be made`)
  } catch (error) {
    return bad(`${nearest} cannot be written: ${reasonOf(error)}`, 'Choose another folder with YUYIN_DATA.')
  }
}

async function tcpPort(name: PortSetting, host: string, port: number) {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
    return good(isFree(host, port))
  } catch (error) {
    return portTaken(name, error)
  } finally {
    server.close()
  }
}

async function udpPort(name: 'sipPort', host: string, port: number) {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(port, host, resolve)
    })
    return good(isFree(host, port))
  } catch (error) {
    return portTaken(name, error)
  } finally {
    socket.close()
  }
}

function isFree(host: string, port: number): string {
  return port === 0 ? `any free one of ${host}` : `${host}:${port} is free`
}

type PortSetting = 'httpPort' | 'httpsPort' | 'sipPort' | 'sipTlsPort'

function portTaken(name: PortSetting, error: unknown) {
  return bad(
    reasonOf(error),
    `End the program that uses it, or choose another with ${variableOf(name)} or ${flagOf(name)}.`,
  )
}

/** Each call takes an RTP and an RTCP port. */
function rtpPorts({ rtpPorts: { from, to }, trunkChannels }: Config) {
  if (from === 0) return note('any free ports', 'A firewall needs a fixed range: set YUYIN_RTP_PORTS.')
  const calls = Math.floor((to - from + 1) / 2)
  return calls >= trunkChannels
    ? good(`${from}-${to}: room for ${calls} calls`)
    : bad(`${from}-${to}: room for ${calls} calls, but there are ${trunkChannels} channels`, 'Widen YUYIN_RTP_PORTS.')
}

function rtpSockets({ rtpSockets: preferred }: Config) {
  if (preferred === 'node') return good("Node's own, as set")
  try {
    loadUdpAddon()
    return good('native')
  } catch (error) {
    const [reason = ''] = reasonOf(error).split('\n')
    return note(
      `Node's own, which cost more of the processor: ${reason}`,
      'npm run build says what native ones need here.',
    )
  }
}
