/** What one part of `src` may import. The order of `importRows` is that of the house, from the inside out. */
export interface ImportRow {
  /** A folder below `src`, or a file there; `*.ts`: the files there that have no row. */
  readonly part: string
  /** Folders and files of `src` that it may import; its own folder always. */
  readonly may: readonly string[]
  /** Packages and Node modules that it may import; absent: any. A closing `*` stands for any ending. */
  readonly packages?: readonly string[]
  readonly because: string
}

/** Node modules that compute and do no I/O. */
const pure = ['node:crypto', 'node:events', 'node:buffer', 'node:util', 'node:url']

/** The direction of the house, as data. A part without a row may not exist. */
export const importRows: readonly ImportRow[] = [
  { part: 'lib', may: [], because: 'tiny and without product words: everything stands on it' },
  { part: 'domain', may: ['lib'], packages: pure, because: 'rules are tested without network, clock or database' },
  { part: 'events', may: ['domain', 'lib'], packages: pure, because: 'facts about calls, known to everyone' },
  {
    part: 'sip',
    may: ['lib'],
    packages: ['node:*', 'sdp-transform'],
    because: 'protocol code that could be published alone: no account, campaign or receipt in it',
  },
  { part: 'media', may: ['lib'], packages: ['node:*'], because: 'protocol code that could be published alone' },
  {
    part: 'engine',
    may: ['domain', 'events', 'media', 'lib'],
    packages: pure,
    because: 'declares what it needs from outside in engine/ports.ts',
  },
  {
    part: 'carrier',
    may: ['engine/ports.ts', 'domain', 'events', 'sip', 'media', 'lib'],
    packages: ['node:*'],
    because: 'a replaceable end: the way to the telephone network',
  },
  {
    part: 'phones',
    may: ['sip', 'media', 'lib'],
    because: 'a phone is a stranger to the service: it knows SIP and RTP only',
  },
  {
    part: 'speech',
    may: ['engine/ports.ts', 'domain', 'media', 'lib'],
    because: 'a replaceable end: makes prompts audible',
  },
  {
    part: 'recognition',
    may: ['engine/ports.ts', 'domain', 'media/tone', 'media/codec', 'lib'],
    packages: pure,
    because: 'understands sound: no sockets, no SQL',
  },
  {
    part: 'records',
    may: ['domain', 'events', 'receipts', 'lib'],
    packages: pure,
    because: 'they listen; a record and its receipts are written together',
  },
  {
    part: 'receipts',
    may: ['domain', 'events', 'records/call-record.ts', 'lib'],
    packages: ['node:*'],
    because: 'they listen, and deliver over HTTP',
  },
  {
    part: 'recordings',
    may: ['domain', 'events', 'receipts', 'lib'],
    packages: ['node:*', 'aws4fetch'],
    because: 'they listen, and keep files on a disk or in an object store',
  },
  {
    part: 'traces',
    may: ['domain', 'events', 'sip', 'media/media.ts', 'lib'],
    packages: ['node:*'],
    because: 'they listen, and tell what was on the line',
  },
  {
    part: 'admin',
    may: [
      'domain',
      'receipts/ports.ts',
      'recordings/ports.ts',
      'recognition/announcement.ts',
      'recognition/ports.ts',
      'lib',
    ],
    packages: pure,
    because: 'who may administer what, as contracts and stories: no bytes, no SQL',
  },
  {
    part: 'store',
    may: [
      'admin/access/ports.ts',
      'admin/roles.ts',
      'engine/ports.ts',
      'operations/ports.ts',
      'receipts/ports.ts',
      'recordings/ports.ts',
      'domain',
      'records/call-record.ts',
      'recognition/announcement.ts',
      'recognition/ports.ts',
      'traces/ports.ts',
      'lib',
    ],
    because: 'a replaceable end: implements the ports, knows no behaviour',
  },
  {
    part: 'operations',
    may: ['domain', 'engine/ports.ts', 'records/call-record.ts', 'lib'],
    packages: pure,
    because: 'translate, ask, answer: no bytes, no SQL',
  },
  {
    part: 'wire',
    may: [
      'admin',
      'operations',
      'events',
      'receipts/ports.ts',
      'recordings',
      'records/call-record.ts',
      'domain',
      'lib',
    ],
    because: 'bytes in, bytes out',
  },
  { part: 'config.ts', may: ['setting.ts', 'lib'], because: 'settings are values: parts get theirs from main.ts' },
  { part: 'cli', may: ['*'], because: 'commands join parts, as main.ts does' },
  { part: '*.ts', may: ['*'], because: 'main.ts and the files beside it choose and join the parts' },
]

/** Folders outside `src` that a test beside the code may import. */
export const testsMayAlso: readonly string[] = ['fakes']
