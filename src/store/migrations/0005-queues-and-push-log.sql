-- Queues with attributes, queues of an account's own, and a delivery log of pushes. Times are wall milliseconds.

-- A queue of an account's own has a row from its making on; a receipt queue exists by its subscription and has a row
-- once something about it was set. Messages name their queue by `queue`: a new queue of an old name is another queue.
CREATE TABLE queues (
  queue                 text COLLATE "C" PRIMARY KEY,
  account_id            text COLLATE "C" NOT NULL REFERENCES accounts,
  name                  text COLLATE "C" NOT NULL,
  delay_seconds         integer NOT NULL,
  maximum_message_bytes integer NOT NULL,
  retention_seconds     integer NOT NULL,
  visibility_seconds    integer NOT NULL,
  polling_wait_seconds  integer NOT NULL,
  logging_enabled       boolean NOT NULL,
  created_at            bigint NOT NULL,
  modified_at           bigint NOT NULL,
  UNIQUE (account_id, name)
);

ALTER TABLE queue_messages ADD COLUMN priority smallint NOT NULL DEFAULT 8, ADD COLUMN expires_at bigint;
UPDATE queue_messages SET expires_at = enqueued_at + 345600000;
ALTER TABLE queue_messages ALTER COLUMN expires_at SET NOT NULL;
DROP INDEX queue_messages_visible;
CREATE INDEX queue_messages_visible ON queue_messages (queue, priority, visible_at, id);
CREATE INDEX queue_messages_expired ON queue_messages (expires_at);

-- The secret that pushes of a subscription are signed with; absent: they are not signed.
ALTER TABLE subscriptions ADD COLUMN sealed_push_secret text;

-- Delivered receipts stay for a while, to be looked at and pushed again. Attempts are counted once they were made.
ALTER TABLE push_outbox
  -- Somebody has it in hand; `due_at` is when his lease ends.
  ADD COLUMN leased     boolean NOT NULL DEFAULT false,
  ADD COLUMN settled_at bigint,
  ADD COLUMN delivered  boolean NOT NULL DEFAULT false,
  DROP COLUMN last_error;
UPDATE push_outbox SET settled_at = created_at WHERE due_at IS NULL;
DROP INDEX push_outbox_due;
CREATE INDEX push_outbox_due ON push_outbox (account_id, url, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX push_outbox_of_call ON push_outbox (account_id, call_id, id);
CREATE INDEX push_outbox_by_time ON push_outbox (account_id, created_at, id);

CREATE TABLE push_attempts (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  push_id      bigint NOT NULL,
  account_id   text COLLATE "C" NOT NULL,
  message_type text COLLATE "C" NOT NULL,
  call_id      text COLLATE "C" NOT NULL,
  made_at      bigint NOT NULL,
  latency_ms   integer NOT NULL,
  -- HTTP status; absent when no answer came.
  status       integer,
  delivered    boolean NOT NULL,
  error        text,
  -- The first characters of the answer.
  answer       text NOT NULL
);
CREATE INDEX push_attempts_of_receipt ON push_attempts (push_id);
CREATE INDEX push_attempts_by_time ON push_attempts (account_id, made_at, id);
