-- Receipts on their way to the customer: pulled from queues or pushed to a URL. Times are wall milliseconds.

CREATE TABLE queue_messages (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  queue             text COLLATE "C" NOT NULL,
  body              text NOT NULL,
  enqueued_at       bigint NOT NULL,
  visible_at        bigint NOT NULL,
  first_dequeued_at bigint,
  dequeue_count     integer NOT NULL DEFAULT 0,
  -- Random part of the receipt handle of the last receive.
  lease             text COLLATE "C"
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX queue_messages_visible ON queue_messages (queue, visible_at, id);

CREATE TABLE push_outbox (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id   text COLLATE "C" NOT NULL,
  message_type text COLLATE "C" NOT NULL,
  call_id      text COLLATE "C" NOT NULL,
  url          text NOT NULL,
  body         text NOT NULL,
  created_at   bigint NOT NULL,
  attempts     integer NOT NULL DEFAULT 0,
  -- When it may be pushed next; absent once given up.
  due_at       bigint,
  last_error   text
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX push_outbox_due ON push_outbox (due_at, id) WHERE due_at IS NOT NULL;

-- Temporary credentials for an account's queues.
CREATE TABLE queue_tokens (
  access_key_id         text COLLATE "C" PRIMARY KEY,
  account_id            text COLLATE "C" NOT NULL,
  sealed_secret         text NOT NULL,
  sealed_security_token text NOT NULL,
  created_at            bigint NOT NULL,
  expires_at            bigint NOT NULL
);
CREATE INDEX queue_tokens_of_account ON queue_tokens (account_id, expires_at);
