-- Who may administer, and who did. Times are wall milliseconds.

CREATE TABLE admin_people (
  name          text COLLATE "C" PRIMARY KEY,
  role          text COLLATE "C" NOT NULL CHECK (role IN ('owner', 'operator', 'viewer')),
  enabled       boolean NOT NULL,
  password_hash text COLLATE "C" NOT NULL,
  created_at    bigint NOT NULL
);

-- A random secret of 256 bits is kept as its SHA-256.
CREATE TABLE admin_keys (
  key_id      text COLLATE "C" PRIMARY KEY,
  name        text NOT NULL,
  role        text COLLATE "C" NOT NULL CHECK (role IN ('owner', 'operator', 'viewer')),
  -- The only account it may see and change.
  account_id  text COLLATE "C" REFERENCES accounts,
  secret_hash bytea NOT NULL,
  created_at  bigint NOT NULL,
  expires_at  bigint
);

CREATE TABLE admin_sessions (
  token_hash bytea PRIMARY KEY,
  name       text COLLATE "C" NOT NULL REFERENCES admin_people ON DELETE CASCADE,
  created_at bigint NOT NULL,
  seen_at    bigint NOT NULL
);
CREATE INDEX admin_sessions_of ON admin_sessions (name);
CREATE INDEX admin_sessions_by_age ON admin_sessions (created_at);

-- Tries to sign in that did not succeed, while they count.
CREATE TABLE admin_login_tries (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name     text COLLATE "C" NOT NULL,
  address  text COLLATE "C" NOT NULL,
  tried_at bigint NOT NULL
);
CREATE INDEX admin_login_tries_by_time ON admin_login_tries (tried_at);

-- No foreign keys: a row outlives whatever it tells of.
CREATE TABLE admin_audit (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         bigint NOT NULL,
  actor      text COLLATE "C" NOT NULL,
  action     text COLLATE "C" NOT NULL,
  target     text COLLATE "C" NOT NULL,
  address    text COLLATE "C" NOT NULL,
  request_id text COLLATE "C" NOT NULL,
  outcome    text COLLATE "C" NOT NULL
);
