-- Account states, users with policies, prices and prepaid balances. Amounts (`…_e4`) are ten-thousandths of the
-- currency unit.

ALTER TABLE accounts ADD COLUMN state text NOT NULL DEFAULT 'normal'
  CHECK (state IN ('normal', 'outOfService', 'abnormal', 'productNotActivated', 'familyNotActivated', 'deleted'));
UPDATE accounts SET state = 'outOfService' WHERE NOT enabled;
ALTER TABLE accounts DROP COLUMN enabled;

CREATE TABLE users (
  account_id text COLLATE "C" NOT NULL REFERENCES accounts,
  user_name  text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (account_id, user_name)
);

-- A key without a user is the account's own. A user takes his keys with him.
ALTER TABLE access_keys ADD COLUMN user_name text COLLATE "C";
ALTER TABLE access_keys ADD FOREIGN KEY (account_id, user_name) REFERENCES users ON DELETE CASCADE;

CREATE TABLE policies (
  account_id  text COLLATE "C" NOT NULL REFERENCES accounts,
  policy_name text COLLATE "C" NOT NULL,
  document    text NOT NULL,
  created_at  bigint NOT NULL,
  PRIMARY KEY (account_id, policy_name)
);

CREATE TABLE user_policies (
  account_id  text COLLATE "C" NOT NULL,
  user_name   text COLLATE "C" NOT NULL,
  policy_name text COLLATE "C" NOT NULL,
  PRIMARY KEY (account_id, user_name, policy_name),
  FOREIGN KEY (account_id, user_name) REFERENCES users ON DELETE CASCADE,
  FOREIGN KEY (account_id, policy_name) REFERENCES policies
);

-- What a started minute costs. An empty account_id is the price for every account that has none of its own.
CREATE TABLE prices (
  account_id    text COLLATE "C" NOT NULL,
  product       text COLLATE "C" NOT NULL,
  per_minute_e4 bigint NOT NULL CHECK (per_minute_e4 >= 0),
  PRIMARY KEY (account_id, product)
);

-- The sum of the account's ledger, and how much of it is held back for calls without a record.
CREATE TABLE balances (
  account_id text COLLATE "C" PRIMARY KEY REFERENCES accounts,
  balance_e4 bigint NOT NULL,
  held_e4    bigint NOT NULL DEFAULT 0 CHECK (held_e4 >= 0)
) WITH (fillfactor = 50);

-- Every change of a balance. A call is charged once.
CREATE TABLE ledger (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id text COLLATE "C" NOT NULL REFERENCES accounts,
  kind       text COLLATE "C" NOT NULL CHECK (kind IN ('topUp', 'withdrawal', 'charge')),
  amount_e4  bigint NOT NULL,
  call_id    text COLLATE "C" UNIQUE,
  -- Given by the operator: the same reference is booked once.
  reference  text COLLATE "C",
  created_at bigint NOT NULL,
  UNIQUE (account_id, reference)
);
CREATE INDEX ledger_of_account ON ledger (account_id, id);

-- Calls that cost something, from their accept to their record, at the price of their accept.
CREATE TABLE call_holds (
  call_id       text COLLATE "C" PRIMARY KEY,
  account_id    text COLLATE "C" NOT NULL,
  per_minute_e4 bigint NOT NULL,
  held_e4       bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02);

ALTER TABLE call_records ADD COLUMN cost_e4 bigint NOT NULL DEFAULT 0;

-- Requests that were handed out to nodes in the current second. Worthless after a crash, so not worth a disk.
CREATE UNLOGGED TABLE request_windows (
  name   text COLLATE "C" PRIMARY KEY,
  second bigint NOT NULL,
  asked  bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON users
  FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_change();
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON policies
  FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_change();
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON user_policies
  FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_change();
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON prices
  FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_change();
