import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readWav, toMono } from '../../../src/media/codec/wav-reader.ts'

/** baresip as a phone without a screen: it answers at once, records what it hears, and echoes it. */
export interface Baresip {
  /** Ends it in its own way, which completes its files. @returns what it heard, 8 kHz */
  heard(): Promise<Int16Array>
  /** Everything that it printed so far: its SIP messages in both directions, and its own comments. */
  printed(): string
  stop(): Promise<void>
}

export interface BaresipOptions {
  /** SIP port on 127.0.0.1, UDP and TCP. */
  readonly port: number
  readonly number: string
  readonly codec: 'pcma' | 'pcmu'
  /** `srtp-mand`: no call without SRTP; `srtp`: when the caller has it. */
  readonly encryption?: 'srtp' | 'srtp-mand'
  /** It speaks TLS, too, at the next port, with this certificate and key (PEM), and believes those authorities alone. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly authorities: string }
}

/** It ends by itself after this long, whatever happens to its test. */
const lifetimeSeconds = 90

/** Starts baresip. @throws with everything it printed when it does not come up */
export async function startBaresip(options: BaresipOptions): Promise<Baresip> {
  const folder = await mkdtemp(join(tmpdir(), 'yuyin-baresip-'))
  const { tls } = options
  await writeFile(
    join(folder, 'config'),
    configOf(folder, options.port) + (tls === undefined ? '' : tlsConfigOf(folder)),
  )
  if (tls !== undefined) {
    await writeFile(join(folder, 'own.pem'), tls.cert + tls.key, { mode: 0o600 })
    await writeFile(join(folder, 'authorities.pem'), tls.authorities)
  }
  const encryption = options.encryption === undefined ? '' : `;mediaenc=${options.encryption}`
  const account = `<sip:${options.number}@127.0.0.1:${options.port}${tls === undefined ? '' : ';transport=tls'}>`
  await writeFile(
    join(folder, 'accounts'),
    `${account};regint=0;answermode=auto;audio_codecs=${options.codec}/8000/1${encryption}\n`,
  )
  await writeFile(join(folder, 'contacts'), '')
  const child = spawn('baresip', ['-4', '-s', '-v', '-t', String(lifetimeSeconds), '-f', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const remove = () => rm(folder, { recursive: true, force: true })
  const ready = new Promise<void>((resolve, reject) => {
    const onText = (chunk: Buffer) => {
      printed += chunk.toString('utf8')
      if (printed.includes('baresip is ready')) resolve()
    }
    child.stdout.on('data', onText)
    child.stderr.on('data', onText)
    child.once('error', reject)
    gone.then(() => reject(new Error(`baresip did not start:\n${printed}`)))
  })
  await ready
  return {
    printed: () => printed,
    async heard() {
      await endGently(child)
      return readRecording(folder)
    },
    async stop() {
      child.kill('SIGKILL')
      await gone
      await remove()
    },
  }
}

/**
 * `aubridge` joins loudspeaker and microphone (an echo, paced by its own clock); `sndfile` writes what was decoded to
 * `dump-<time>-dec.wav`, packet by packet. Both work without a sound card.
 */
function configOf(folder: string, port: number): string {
  return [
    'poll_method epoll',
    `sip_listen 127.0.0.1:${port}`,
    'net_interface 127.0.0.1',
    `module_path ${modulePath()}`,
    ...['audio_player', 'audio_source', 'audio_alert'].map((part) => `${part} aubridge,line`),
    ...['ausrc_srate 8000', 'auplay_srate 8000', 'ausrc_channels 1', 'auplay_channels 1'],
    'jitter_buffer_delay 1-5',
    ...['g711.so', 'srtp.so', 'aubridge.so', 'sndfile.so'].map((name) => `module ${name}`),
    'module_tmp account.so',
    'module_app menu.so',
    `snd_path ${folder}`,
    '',
  ].join('\n')
}

function tlsConfigOf(folder: string): string {
  const files = [`sip_certificate ${join(folder, 'own.pem')}`, `sip_cafile ${join(folder, 'authorities.pem')}`]
  return [...files, 'sip_verify_server yes', ''].join('\n')
}

function modulePath(): string {
  const known = ['/usr/lib/baresip/modules', '/usr/local/lib/baresip/modules']
  const found = known.find((folder) => existsSync(folder))
  if (found === undefined) throw new Error(`baresip's modules are in none of ${known.join(', ')}`)
  return found
}

async function endGently(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}

async function readRecording(folder: string): Promise<Int16Array> {
  const recordings = (await readdir(folder)).filter((name) => name.endsWith('-dec.wav'))
  const [recording, ...others] = recordings
  if (recording === undefined || others.length > 0) throw new Error(`baresip made ${recordings.length} recordings`)
  const audio = readWav(await readFile(join(folder, recording)))
  if (audio.sampleRateHz !== 8000) throw new Error(`baresip recorded at ${audio.sampleRateHz} Hz`)
  return toMono(audio)
}
