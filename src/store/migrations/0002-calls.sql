-- Calls from their accept to their record. Times are wall milliseconds, given by the nodes' clocks.

CREATE TABLE nodes (
  node_id      text COLLATE "C" PRIMARY KEY,
  host         text NOT NULL,
  pid          integer NOT NULL,
  -- By the database's clock: nodes need not agree on the time to see that one of them died.
  heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE used_nonces (
  access_key_id text COLLATE "C" NOT NULL,
  nonce         text COLLATE "C" NOT NULL,
  used_at       bigint NOT NULL,
  PRIMARY KEY (access_key_id, nonce)
);
CREATE INDEX used_nonces_by_age ON used_nonces (used_at);

-- One row per callee that was called lately. The limits are those of the last accept.
CREATE TABLE callee_windows (
  account_id    text COLLATE "C" NOT NULL,
  product       text COLLATE "C" NOT NULL,
  called_number text COLLATE "C" NOT NULL,
  per_minute    integer NOT NULL,
  per_hour      integer NOT NULL,
  per_day       integer NOT NULL,
  -- Accept times, newest first, no more than the largest limit, and never more than 1,000.
  recent        bigint[] NOT NULL,
  PRIMARY KEY (account_id, product, called_number)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

CREATE TABLE calls (
  call_id       text COLLATE "C" PRIMARY KEY,
  account_id    text COLLATE "C" NOT NULL,
  operation     text NOT NULL,
  product       text COLLATE "C" NOT NULL,
  called_number text NOT NULL,
  show_number   text NOT NULL,
  out_id        text NOT NULL,
  script        json NOT NULL,
  accepted_at   bigint NOT NULL,
  priority      smallint NOT NULL,
  state         text COLLATE "C" NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'dialling', 'ended')),
  -- Who took the call out of the queue, and when.
  node_id       text COLLATE "C",
  attempted_at  bigint
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX calls_queued ON calls (priority, accepted_at, call_id) WHERE state = 'queued';
CREATE INDEX calls_dialling ON calls (node_id, attempted_at) WHERE state = 'dialling';

-- The final record: the primary key is what makes it exactly one.
CREATE TABLE call_records (
  call_id          text COLLATE "C" PRIMARY KEY,
  account_id       text COLLATE "C" NOT NULL,
  product          text COLLATE "C" NOT NULL,
  called_number    text NOT NULL,
  show_number      text NOT NULL,
  out_id           text NOT NULL,
  outcome          text NOT NULL,
  status_code      text NOT NULL,
  state            text NOT NULL,
  accepted_at      bigint NOT NULL,
  dialling_at      bigint,
  ringing_at       bigint,
  answered_at      bigint,
  ended_at         bigint NOT NULL,
  duration_seconds integer NOT NULL,
  hang_up_by       text NOT NULL
);
