-- Announcements of the network that calls are compared with before the answer: the sound, and what it is recognised by.

CREATE SEQUENCE announcement_revisions;

CREATE TABLE announcements (
  code        text COLLATE "C" PRIMARY KEY,
  class       text NOT NULL CHECK (class IN ('powered-off', 'suspended', 'busy', 'no-answer', 'unreachable',
                                             'out-of-coverage', 'invalid-number', 'restricted')),
  label       text NOT NULL,
  -- WAV, 8 kHz, 16-bit, mono.
  wav         bytea NOT NULL,
  duration_ms integer NOT NULL,
  -- Its first byte is the version of the program's fingerprints.
  fingerprint bytea NOT NULL,
  -- Another one after every change.
  revision    bigint NOT NULL DEFAULT nextval('announcement_revisions'),
  created_at  bigint NOT NULL
);

CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON announcements
  FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_change();
