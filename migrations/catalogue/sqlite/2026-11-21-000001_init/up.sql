CREATE TABLE catalogue_version (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  n INTEGER NOT NULL
) STRICT;

INSERT INTO catalogue_version (id, n) VALUES (1, 1);

CREATE TABLE tenant (
  id BLOB NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  prefix TEXT,
  hosts TEXT NOT NULL CHECK (json_valid(hosts)),
  old_prefixes TEXT NOT NULL CHECK (json_valid(old_prefixes)),
  ring TEXT NOT NULL,
  state TEXT NOT NULL,
  state_reason TEXT,
  isolation TEXT NOT NULL,
  database_url TEXT NOT NULL,
  schema_name TEXT,
  themes TEXT NOT NULL CHECK (json_valid(themes)),
  features TEXT NOT NULL CHECK (json_valid(features)),
  quotas TEXT NOT NULL CHECK (json_valid(quotas)),
  recipe TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;

-- a deleted tenant keeps its row for the grace period, and its name is free for another
CREATE UNIQUE INDEX tenant_name ON tenant (name) WHERE deleted_at IS NULL;
CREATE INDEX tenant_seq ON tenant (seq);

CREATE TABLE tenant_address (
  address TEXT NOT NULL PRIMARY KEY,
  tenant_id BLOB NOT NULL REFERENCES tenant (id) ON DELETE CASCADE
) STRICT;

CREATE TABLE tenant_pulse (
  tenant_id BLOB NOT NULL PRIMARY KEY REFERENCES tenant (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  n INTEGER NOT NULL,
  token BLOB NOT NULL,
  intent_token BLOB NOT NULL
) STRICT;

CREATE INDEX tenant_pulse_seq ON tenant_pulse (seq);

-- tenants whose row is gone for good, so that a node that was told of nothing else forgets them too
CREATE TABLE tenant_gone (
  tenant_id BLOB NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT;

CREATE INDEX tenant_gone_seq ON tenant_gone (seq);

-- when a tenant next has something to do by itself; may be early, never late
CREATE TABLE tenant_due (
  tenant_id BLOB NOT NULL PRIMARY KEY REFERENCES tenant (id) ON DELETE CASCADE,
  at INTEGER NOT NULL
) STRICT;

CREATE INDEX tenant_due_at ON tenant_due (at);

-- a private database that is being built or taken down; what outlives its maker is an orphan

CREATE TABLE provision (
  id BLOB NOT NULL PRIMARY KEY,
  tenant_id BLOB NOT NULL,
  name TEXT NOT NULL,
  purpose TEXT NOT NULL,
  isolation TEXT NOT NULL,
  database_url TEXT NOT NULL,
  schema_name TEXT,
  node TEXT NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;

CREATE TABLE tenant_event (
  id BLOB NOT NULL PRIMARY KEY,
  tenant_id BLOB NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  what TEXT NOT NULL,
  detail TEXT NOT NULL CHECK (json_valid(detail))
) STRICT;

CREATE INDEX tenant_event_tenant ON tenant_event (tenant_id, at);

CREATE TABLE super_user (
  id BLOB NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  display_name TEXT NOT NULL,
  password_hash TEXT,
  disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
  created_at INTEGER NOT NULL,
  password_changed_at INTEGER,
  seen_at INTEGER
) STRICT;

CREATE UNIQUE INDEX super_user_email ON super_user (lower(email)) WHERE email <> '';

CREATE TABLE super_session (
  hash BLOB NOT NULL PRIMARY KEY,
  user_id BLOB NOT NULL REFERENCES super_user (id) ON DELETE CASCADE,
  csrf BLOB NOT NULL,
  agent TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE one_time_token (
  hash BLOB NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL,
  subject BLOB,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;

CREATE TABLE catalogue_setting (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT;

-- processes that serve, as they tell of themselves; silent ones go after a day
CREATE TABLE node (
  id BLOB NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  build TEXT NOT NULL,
  config_hash TEXT NOT NULL,
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  key_fingerprint TEXT NOT NULL,
  themes TEXT NOT NULL,
  address TEXT NOT NULL,
  ops_address TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  -- by the clock of the database, so that ages are right whatever the clocks of nodes show
  heartbeat_at INTEGER NOT NULL,
  clock_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  applied INTEGER NOT NULL,
  lag_ms INTEGER NOT NULL,
  troubles TEXT NOT NULL CHECK (json_valid(troubles))
) STRICT;
