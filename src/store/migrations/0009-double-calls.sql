-- Calls with a second leg, calls that are called off, calls that go back to the queue because no line was free.

ALTER TABLE calls
  -- How many lines the call takes at once.
  ADD COLUMN lines           smallint NOT NULL DEFAULT 1,
  -- It is handed out no sooner, wall milliseconds.
  ADD COLUMN due_at          bigint   NOT NULL DEFAULT 0,
  -- When its account called it off.
  ADD COLUMN called_off_at   bigint;
CREATE INDEX calls_called_off ON calls (node_id) WHERE state = 'dialling' AND called_off_at IS NOT NULL;

-- The columns without a prefix are those of the first leg: of a double call, its caller's.
ALTER TABLE call_records
  ADD COLUMN early_media_code   text,
  ADD COLUMN callee_number      text,
  ADD COLUMN callee_show_number text,
  ADD COLUMN callee_dialling_at bigint,
  ADD COLUMN callee_ringing_at  bigint,
  ADD COLUMN callee_answered_at bigint,
  ADD COLUMN callee_ended_at    bigint;
