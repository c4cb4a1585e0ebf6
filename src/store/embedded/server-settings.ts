/** Where the server listens. */
export type Listening =
  | { readonly on: 'socket'; readonly folder: string }
  | { readonly on: 'loopback'; readonly port: number }

/** The port that names the socket file, `.s.PGSQL.5432`; nothing listens there. */
const socketPort = 5432

/** The path of a socket must fit into 108 bytes on Linux, 104 on macOS, its end included. */
const longestSocketPath = 100

/** Whether a folder's name is short enough for a socket in it. */
export function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(`${folder}/.s.PGSQL.${socketPort}`) <= longestSocketPath
}

/**
 * Settings of a small server beside its only client. What is safe stays on (fsync, full_page_writes, synchronous_commit: an
 * accepted call is on disk); replication is off, and log lines carry no values, which could be phone numbers.
 */
export function serverArguments(cluster: string, listening: Listening): string[] {
  const settings = {
    ...(listening.on === 'socket'
      ? { listen_addresses: '', unix_socket_directories: listening.folder, port: socketPort }
      : { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: listening.port }),
    unix_socket_permissions: '0700',
    max_connections: 60,
    shared_buffers: '128MB',
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: '1GB',
    checkpoint_timeout: '10min',
    autovacuum_naptime: '20s',
    jit: 'off',
    max_parallel_workers_per_gather: 0,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '',
    log_checkpoints: 'off',
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
  }
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** The URL under which a client on this machine finds the server. */
export function serverUrl(listening: Listening, password: string): string {
  const secret = encodeURIComponent(password)
  return listening.on === 'socket'
    ? `postgresql://yuyin:${secret}@${encodeURIComponent(listening.folder)}:${socketPort}/postgres`
    : `postgresql://yuyin:${secret}@127.0.0.1:${listening.port}/postgres`
}
