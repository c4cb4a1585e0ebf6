-- What accounts own. Every change tells all nodes to forget what they remember (channel yuyin_directory).

CREATE TABLE store_facts (
  name  text COLLATE "C" PRIMARY KEY,
  value text NOT NULL
);

CREATE TABLE accounts (
  account_id text COLLATE "C" PRIMARY KEY,
  name       text NOT NULL,
  enabled    boolean NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE access_keys (
  access_key_id text COLLATE "C" PRIMARY KEY,
  account_id    text COLLATE "C" NOT NULL REFERENCES accounts,
  sealed_secret text NOT NULL,
  enabled       boolean NOT NULL,
  created_at    bigint NOT NULL
);
CREATE INDEX access_keys_of_account ON access_keys (account_id);

CREATE TABLE numbers (
  account_id text COLLATE "C" NOT NULL REFERENCES accounts,
  number     text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (account_id, number)
);

CREATE TABLE templates (
  account_id text COLLATE "C" NOT NULL REFERENCES accounts,
  code       text COLLATE "C" NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('verification', 'notification')),
  text       text NOT NULL,
  review     text NOT NULL CHECK (review IN ('pending', 'approved', 'rejected')),
  created_at bigint NOT NULL,
  PRIMARY KEY (account_id, code)
);

CREATE TABLE voices (
  account_id  text COLLATE "C" NOT NULL REFERENCES accounts,
  code        text COLLATE "C" NOT NULL,
  review      text NOT NULL CHECK (review IN ('pending', 'approved', 'rejected')),
  wav         bytea NOT NULL,
  duration_ms integer NOT NULL,
  created_at  bigint NOT NULL,
  PRIMARY KEY (account_id, code)
);

CREATE TABLE subscriptions (
  account_id   text COLLATE "C" NOT NULL REFERENCES accounts,
  message_type text COLLATE "C" NOT NULL,
  queue        boolean NOT NULL,
  push_url     text,
  PRIMARY KEY (account_id, message_type)
);

CREATE TABLE blacklist_words (
  word       text COLLATE "C" PRIMARY KEY,
  created_at bigint NOT NULL
);

CREATE FUNCTION tell_directory_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('yuyin_directory', TG_TABLE_NAME);
  RETURN NULL;
END $$;

CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON accounts
  FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_change();
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON access_keys
  FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_change();
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON numbers
  FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_change();
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON templates
  FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_change();
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON voices
  FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_change();
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON subscriptions
  FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_change();
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON blacklist_words
  FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_change();
