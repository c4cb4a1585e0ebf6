/** One way in which a file is not handed out. */
export interface FileRefusalRow {
  readonly status: number
  readonly message: string
  /** What to do about it. */
  readonly remedy: string
}

/** Everything that `/files` refuses, by code. */
export const fileRefusals = {
  LinkForged: {
    status: 403,
    message: 'This URL was not made here, or it was changed on the way.',
    remedy: 'Use record_file of the VoiceRecordReport as it is, its query included.',
  },
  LinkExpired: {
    status: 403,
    message: 'This URL has expired: it is good for seven days.',
    remedy: 'Ask the operator: `yuyin recording link` makes another URL while the recording is kept.',
  },
  RecordingGone: {
    status: 404,
    message: 'The recording was removed, or kept for as long as recordings are kept here.',
    remedy: 'Fetch recordings soon after their VoiceRecordReport.',
  },
  RangeNotSatisfiable: {
    status: 416,
    message: 'The file ends before the range that was asked for.',
    remedy: 'See Content-Range for its length.',
  },
  KeptElsewhere: {
    status: 503,
    message: 'This node does not have the file: it is on the disk of another one, or in another object store.',
    remedy: 'Operators: several nodes need one object store (docs/recordings.md).',
  },
  FileUnavailable: {
    status: 503,
    message: 'The file cannot be read just now.',
    remedy: 'Try again later; an operator finds the reason in the log.',
  },
} as const satisfies Record<string, FileRefusalRow>

export type FileRefusal = keyof typeof fileRefusals
