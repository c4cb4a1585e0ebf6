-- Recordings of calls: where each is kept, and whether it was told of. Times are wall milliseconds.

CREATE TABLE recordings (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- 40 hex digits that nobody can guess: file name, and what URLs name.
  recording_id text COLLATE "C" NOT NULL UNIQUE,
  account_id   text COLLATE "C" NOT NULL,
  call_id      text COLLATE "C" NOT NULL,
  out_id       text NOT NULL,
  started_at   bigint NOT NULL,
  ended_at     bigint NOT NULL,
  duration_ms  integer NOT NULL,
  bytes        bigint NOT NULL,
  -- waiting: to be uploaded, or to be told of; ready: told of; removed: its file is still to go.
  state        text COLLATE "C" NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'ready', 'removed')),
  -- Whose disk it was written on, and where there.
  shelf_id     text COLLATE "C" NOT NULL,
  file         text NOT NULL,
  -- Where it is in the object store; both NULL: on the disk.
  bucket       text,
  object_key   text,
  created_at   bigint NOT NULL,
  -- When the next attempt is due, and how many failed.
  due_at       bigint NOT NULL,
  attempts     integer NOT NULL DEFAULT 0,
  CHECK ((bucket IS NULL) = (object_key IS NULL))
);
CREATE INDEX recordings_due ON recordings (shelf_id, due_at) WHERE state <> 'ready';
CREATE INDEX recordings_of_account ON recordings (account_id, id);
CREATE INDEX recordings_of_call ON recordings (call_id);
CREATE INDEX recordings_by_age ON recordings (created_at) WHERE state = 'ready';
