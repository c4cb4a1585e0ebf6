/**
 * What an uploaded voice may measure. The public service takes files below 2 MB; ours may be uncompressed studio
 * recordings, so the file may be larger, and ten minutes is longer than anybody listens.
 */
export const voiceLimits = { mostBytes: 20 * 1024 * 1024, mostSeconds: 600 } as const

/** The file cannot become a voice. The message says why, in words for whoever uploaded it. */
export class VoiceRefused extends Error {
  override readonly name = 'VoiceRefused'
}
