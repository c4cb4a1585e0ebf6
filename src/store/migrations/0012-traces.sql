-- What happened to each call, message by message, for as many days as the operator wants. A call may have several parts;
-- old ones have low ids. `packed` is deflated already.

CREATE TABLE call_traces (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  call_id    text COLLATE "C" NOT NULL,
  written_at bigint NOT NULL,
  packed     bytea NOT NULL
);
ALTER TABLE call_traces ALTER COLUMN packed SET STORAGE EXTERNAL;
CREATE INDEX call_traces_of_call ON call_traces (call_id, id);
