import type { Prompt } from '../domain/script/script.ts'
import { type Speech, SpeechUnavailable } from '../engine/ports.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { sampleRateHz } from '../media/codec/g711.ts'
import { wavHeaderBytes } from '../media/codec/wav-format.ts'
import { type AudioHelper, startAudioHelper } from './audio/audio-helper.ts'
import { callTone } from './audio/call-tone.ts'
import { AudioCache, type CachedAudio } from './cache/audio-cache.ts'
import { HelperRefused } from './process/helper-process.ts'
import { asOneFile, atSpeed, type RenderedAudio, renderSegments } from './render-prompt.ts'
import { chooseSynthesizer, type SynthesizerChoice } from './tts/choose-synthesizer.ts'
import type { Synthesizer } from './tts/synthesizer.ts'
import { VoiceFiles, type VoiceSource } from './voice/voice-files.ts'
import { VoiceRefused, voiceLimits } from './voice/voice-limits.ts'

export interface SpeechOptions {
  /** Folder for rendered files; created when missing. Not shared with another node. */
  readonly cacheDir: string
  readonly log: Log
  readonly clock: Clock
  readonly voices: VoiceSource
  readonly synthesizer: SynthesizerChoice
  /** Address of the speech server when `synthesizer` is `http`. */
  readonly synthesizerUrl?: string
  /** Bound of the cache folder, 512 MiB (nine hours of sound) unless told. */
  readonly cacheBytes?: number
}

/** The running part: prompts for the engine, and what the rest of the house needs of speech. */
export interface RunningSpeech extends Speech {
  /** Which synthesiser speaks, for the banner and `yuyin doctor`. */
  readonly synthesizer: string
  /** Speaks a sentence into one file: what a virtual phone says. @throws {SpeechUnavailable} */
  speak(text: string): Promise<CachedAudio>
  /** `convertVoice` in the audio process. @throws {VoiceRefused} with the reason for the user */
  convertVoice(bytes: Buffer): Promise<{ wav: Buffer; durationMs: number }>
  describe(): string
  close(): Promise<void>
}

const defaultCacheBytes = 512 * 1024 * 1024

/**
 * Finds a synthesiser, warms it, and opens the cache.
 * @throws {SpeechUnavailable} when there is no synthesiser that works: the message says what to install
 */
export async function startSpeech(options: SpeechOptions): Promise<RunningSpeech> {
  const { log, clock } = options
  const synthesizer = await chooseSynthesizer({
    choice: options.synthesizer,
    ...(options.synthesizerUrl === undefined ? {} : { url: options.synthesizerUrl }),
    log,
    clock,
  })
  try {
    const cache = await AudioCache.open({
      dir: options.cacheDir,
      mostBytes: options.cacheBytes ?? defaultCacheBytes,
      clock,
      log,
    })
    const audio = await startAudioHelper({ log, clock })
    log.info({ synthesizer: synthesizer.name, ...cache.size }, 'speech is ready')
    return joinSpeech({
      synthesizer,
      cache,
      audio,
      voices: new VoiceFiles({ source: options.voices, cache, audio, clock }),
    })
  } catch (error) {
    await synthesizer.close()
    throw error
  }
}

interface SpeechParts {
  readonly synthesizer: Synthesizer
  readonly cache: AudioCache
  readonly audio: AudioHelper
  readonly voices: VoiceFiles
}

/** Speech from its parts: what `startSpeech` returns, and what tests build with a fake synthesiser. */
export function joinSpeech(parts: SpeechParts): RunningSpeech {
  const { synthesizer, cache, audio, voices } = parts

  async function renderPrompt(prompt: Prompt, speed: number): Promise<RenderedAudio[]> {
    if (prompt.kind === 'speech') return renderSegments(prompt.segments, speed, parts)
    if (prompt.kind === 'tone') return [await callTone(prompt.tone, cache)]
    return [await atSpeed(await voices.find(prompt.accountId, prompt.voiceCode), speed, parts)]
  }

  return {
    synthesizer: synthesizer.name,

    render: (prompt, { speed }) =>
      orUnavailable(async () => {
        const rendered = await renderPrompt(prompt, Math.round(speed))
        const durationMs = rendered.reduce((sum, one) => sum + one.durationMs, 0)
        return { files: rendered.map((one) => one.file), durationMs }
      }),

    speak: (text) =>
      orUnavailable(async () => asOneFile(await renderSegments([{ text, manner: 'fluent' }], 0, parts), parts)),

    async convertVoice(bytes) {
      if (bytes.length > voiceLimits.mostBytes) {
        throw new VoiceRefused(`the file has ${bytes.length} bytes; at most ${voiceLimits.mostBytes} are taken`)
      }
      try {
        const wav = await audio.run({ do: 'convert', bytes })
        return { wav, durationMs: ((wav.length - wavHeaderBytes) / 2 / sampleRateHz) * 1000 }
      } catch (error) {
        if (error instanceof HelperRefused && error.reason === 'VoiceRefused') throw new VoiceRefused(error.message)
        throw error
      }
    },

    describe: () => `${synthesizer.name}, ${cache.size.files} files of ${cache.size.bytes} bytes in the cache`,

    async close() {
      await Promise.all([synthesizer.close(), audio.close()])
    },
  }
}

/** The engine knows one way in which speech fails. The cause stays with it for the log. */
async function orUnavailable<T>(render: () => Promise<T>): Promise<T> {
  try {
    return await render()
  } catch (error) {
    if (error instanceof SpeechUnavailable) throw error
    throw new SpeechUnavailable(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
