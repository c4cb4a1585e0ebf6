import type {
  MediaStatistics,
  OpenSession,
  PlayAudio,
  PlaybackEnd,
  RecordingEnd,
  RemoteMedia,
  RtpStatistics,
  UdpKind,
} from '../media.ts'

/**
 * What passes between the program and its media process, as structured clones. Sessions, playbacks, recordings, listeners and
 * bridges are numbered by the program.
 */
export interface Commands {
  open: { input: { session: number; request: OpenSession }; output: { host: string; port: number } }
  connect: { input: { session: number; remote: RemoteMedia }; output: undefined }
  /** Answered when the playback is over. */
  play: { input: { session: number; playback: number; audio: PlayAudio }; output: PlaybackEnd }
  stopPlayback: { input: { session: number; playback: number }; output: undefined }
  /** Answered when the last key was sent. */
  press: { input: { session: number; digits: string }; output: undefined }
  record: { input: { session: number; recording: number; file: string }; output: undefined }
  /** `right` is another session of the process. */
  recordCall: { input: { session: number; recording: number; file: string; right?: number }; output: undefined }
  stopRecording: { input: { session: number; recording: number }; output: RecordingEnd }
  listen: { input: { session: number; listening: number }; output: undefined }
  stopListening: { input: { session: number; listening: number }; output: undefined }
  sessionStatistics: { input: { session: number }; output: RtpStatistics }
  close: { input: { session: number }; output: RtpStatistics }
  bridge: { input: { bridge: number; one: number; other: number }; output: undefined }
  closeBridge: { input: { bridge: number }; output: undefined }
  statistics: { input: undefined; output: MediaStatistics }
  /** Answered at once: a sign of life. */
  ping: { input: undefined; output: undefined }
  /** Closes every session; the process ends when it has answered. */
  shutDown: { input: undefined; output: undefined }
}

export type CommandName = keyof Commands
export type Input<Name extends CommandName> = Commands[Name]['input']
export type Output<Name extends CommandName> = Commands[Name]['output']

/** Program → process. */
export type CommandMessage<Name extends CommandName = CommandName> = {
  [N in Name]: { id: number; name: N; input: Input<N> }
}[Name]

/** Process → program: the answer to a command. */
export type AnswerMessage<Name extends CommandName = CommandName> = {
  [N in Name]: { kind: 'answer'; id: number; name: N; output: Output<N> }
}[Name]

/** Process → program: a command failed. `error` names the class to raise. */
export interface RefusalMessage {
  kind: 'refusal'
  id: number
  name: CommandName
  error: { name: string; message: string }
}

/** Process → program: news without a question. */
export type NewsMessage =
  | { kind: 'ready' }
  | { kind: 'keyDown'; session: number; key: string }
  | { kind: 'digit'; session: number; key: string; durationMs: number }
  | { kind: 'heard'; session: number }
  | { kind: 'silent'; session: number }
  | { kind: 'audio'; session: number; listening: number; pcm: Int16Array }
  | { kind: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; fields: object; message: string }

export type ProcessMessage = AnswerMessage | RefusalMessage | NewsMessage

/** Handed to the process as its argument, in JSON. */
export interface ProcessSettings {
  ports: { from: number; to: number } | 0
  /** Ports that the process before this one had in use when it died. */
  restingPorts: readonly number[]
  sockets: UdpKind
  /** Ask the system for a niceness of -15. */
  nice: boolean
}
