-- Ways to the telephone network, and how the nodes share what their carriers allow. Times are wall milliseconds.

CREATE TABLE trunks (
  name            text COLLATE "C" PRIMARY KEY,
  enabled         boolean NOT NULL,
  -- Everything else of the profile, as the program describes it; checked before it is written.
  profile         jsonb NOT NULL,
  sealed_password text,
  created_at      bigint NOT NULL,
  changed_at      bigint NOT NULL
);
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON trunks
  FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_change();

-- How each trunk stands on each node, and what the node may use of its caps. Trunks of settings are here as well.
CREATE TABLE trunk_lines (
  node_id             text COLLATE "C" NOT NULL REFERENCES nodes ON DELETE CASCADE,
  trunk               text COLLATE "C" NOT NULL,
  report              jsonb NOT NULL,
  channels            integer NOT NULL,
  -- Thousandths of a call a second.
  calls_per_second_e3 bigint NOT NULL,
  told_at             bigint NOT NULL,
  PRIMARY KEY (node_id, trunk)
);

-- Calls that nodes took out of a trunk's cap per day. Removing a trunk does not give its carrier's day back.
CREATE TABLE trunk_days (
  trunk text COLLATE "C" NOT NULL,
  day   text COLLATE "C" NOT NULL,
  calls bigint NOT NULL,
  PRIMARY KEY (trunk, day)
);
