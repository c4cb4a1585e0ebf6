import type { SpokenSegment } from '../domain/script/script.ts'
import { sampleRateHz } from '../media/codec/g711.ts'
import { writeWav } from '../media/codec/wav-writer.ts'
import type { AudioHelper } from './audio/audio-helper.ts'
import type { AudioCache, CachedAudio } from './cache/audio-cache.ts'
import { contentKey } from './cache/content-key.ts'
import { type Piece, spokenPieces } from './text/spoken-pieces.ts'
import { SynthesisFailed, type Synthesizer } from './tts/synthesizer.ts'

/** A rendered piece and the key under which the cache holds it. */
export interface RenderedAudio extends CachedAudio {
  readonly key: string
}

/** What rendering works with. */
export interface RenderParts {
  readonly synthesizer: Synthesizer
  readonly cache: AudioCache
  readonly audio: AudioHelper
}

/**
 * Speaks a prompt: one file per piece, in order, each from the cache when it was ever needed before.
 * @throws {SynthesisFailed} when a piece cannot be spoken, or there is nothing to say
 */
export async function renderSegments(
  segments: readonly SpokenSegment[],
  speed: number,
  parts: RenderParts,
): Promise<RenderedAudio[]> {
  const pieces = spokenPieces(segments)
  if (pieces.length === 0) throw new SynthesisFailed('there is nothing to say in the prompt')
  return Promise.all(pieces.map(async (piece) => atSpeed(await renderPiece(piece, parts), speed, parts)))
}

/** Another tempo of a rendered file; the tempo it has for speed 0. */
export async function atSpeed(
  rendered: RenderedAudio,
  speed: number,
  { audio, cache }: Pick<RenderParts, 'audio' | 'cache'>,
): Promise<RenderedAudio> {
  if (speed === 0) return rendered
  const key = contentKey('tempo 1', rendered.key, speed)
  return { ...(await cache.get(key, () => audio.run({ do: 'stretch', file: rendered.file, speed }))), key }
}

/** Several rendered files as one; the file itself when there is only one. */
export async function asOneFile(
  rendered: readonly RenderedAudio[],
  { audio, cache }: Pick<RenderParts, 'audio' | 'cache'>,
): Promise<CachedAudio> {
  const [only] = rendered
  if (only !== undefined && rendered.length === 1) return { file: only.file, durationMs: only.durationMs }
  const key = contentKey('joined 1', ...rendered.map((one) => one.key))
  return cache.get(key, () => audio.run({ do: 'join', files: rendered.map((one) => one.file) }))
}

async function renderPiece(piece: Piece, { synthesizer, cache, audio }: RenderParts): Promise<RenderedAudio> {
  if (piece.kind === 'silence') {
    const key = contentKey('silence 1', piece.durationMs)
    return { ...(await cache.get(key, async () => silence(piece.durationMs))), key }
  }
  const { text, language, gapMs } = piece
  const key = contentKey('phrase 1', synthesizer.identity, language, text, gapMs)
  const rendered = await cache.get(key, async () => {
    const sound = await synthesizer.synthesize(text, language)
    const wav = await audio.run({ do: 'finish', ...sound, gapMs })
    if (wav.length > 0) return wav
    if (mustBeAudible(text)) throw new SynthesisFailed('the synthesiser gave silence for words')
    return silence(gapMs)
  })
  return { ...rendered, key }
}

/** Engines have no reading for rare characters; a call is not lost over one. For common ones silence is a fault. */
function mustBeAudible(text: string): boolean {
  return /[0-9A-Za-z\u4e00-\u9fff]/u.test(text)
}

function silence(durationMs: number): Buffer {
  return writeWav(new Int16Array(Math.round((sampleRateHz * durationMs) / 1000)))
}
