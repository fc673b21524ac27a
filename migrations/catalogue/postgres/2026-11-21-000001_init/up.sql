CREATE TABLE catalogue_version (
  id integer NOT NULL PRIMARY KEY CHECK (id = 1),
  n bigint NOT NULL
);

INSERT INTO catalogue_version (id, n) VALUES (1, 1);

CREATE TABLE tenant (
  id uuid NOT NULL PRIMARY KEY,
  name text NOT NULL,
  title text NOT NULL,
  prefix text,
  hosts jsonb NOT NULL,
  old_prefixes jsonb NOT NULL,
  ring text NOT NULL,
  state text NOT NULL,
  state_reason text,
  isolation text NOT NULL,
  database_url text NOT NULL,
  schema_name text,
  themes jsonb NOT NULL,
  features jsonb NOT NULL,
  quotas jsonb NOT NULL,
  recipe text NOT NULL,
  fingerprint text NOT NULL,
  schema_version bigint NOT NULL,
  seq bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz
);

-- a deleted tenant keeps its row for the grace period, and its name is free for another
CREATE UNIQUE INDEX tenant_name ON tenant (name) WHERE deleted_at IS NULL;
CREATE INDEX tenant_seq ON tenant (seq);

CREATE TABLE tenant_address (
  address text NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE
);

CREATE TABLE tenant_pulse (
  tenant_id uuid NOT NULL PRIMARY KEY REFERENCES tenant (id) ON DELETE CASCADE,
  seq bigint NOT NULL,
  n bigint NOT NULL,
  token uuid NOT NULL,
  intent_token uuid NOT NULL
);

CREATE INDEX tenant_pulse_seq ON tenant_pulse (seq);

-- tenants whose row is gone for good, so that a node that was told of nothing else forgets them too
CREATE TABLE tenant_gone (
  tenant_id uuid NOT NULL PRIMARY KEY,
  seq bigint NOT NULL
);

CREATE INDEX tenant_gone_seq ON tenant_gone (seq);

-- when a tenant next has something to do by itself; may be early, never late
CREATE TABLE tenant_due (
  tenant_id uuid NOT NULL PRIMARY KEY REFERENCES tenant (id) ON DELETE CASCADE,
  at timestamptz NOT NULL
);

CREATE INDEX tenant_due_at ON tenant_due (at);

-- a private database that is being built or taken down; what outlives its maker is an orphan

CREATE TABLE provision (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  purpose text NOT NULL,
  isolation text NOT NULL,
  database_url text NOT NULL,
  schema_name text,
  node text NOT NULL,
  started_at timestamptz NOT NULL
);

CREATE TABLE tenant_event (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  what text NOT NULL,
  detail jsonb NOT NULL
);

CREATE INDEX tenant_event_tenant ON tenant_event (tenant_id, at);

CREATE TABLE super_user (
  id uuid NOT NULL PRIMARY KEY,
  name text NOT NULL UNIQUE,
  email text NOT NULL,
  display_name text NOT NULL,
  password_hash text,
  disabled boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  password_changed_at timestamptz,
  seen_at timestamptz
);

CREATE UNIQUE INDEX super_user_email ON super_user (lower(email)) WHERE email <> '';

CREATE TABLE super_session (
  hash bytea NOT NULL PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES super_user (id) ON DELETE CASCADE,
  csrf bytea NOT NULL,
  agent text NOT NULL,
  address text NOT NULL,
  created_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE one_time_token (
  hash bytea NOT NULL PRIMARY KEY,
  purpose text NOT NULL,
  subject uuid,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

CREATE TABLE catalogue_setting (
  key text NOT NULL PRIMARY KEY,
  value jsonb NOT NULL
);

-- processes that serve, as they tell of themselves; silent ones go after a day
CREATE TABLE node (
  id uuid NOT NULL PRIMARY KEY,
  name text NOT NULL,
  build text NOT NULL,
  config_hash text NOT NULL,
  settings jsonb NOT NULL,
  key_fingerprint text NOT NULL,
  themes text NOT NULL,
  address text NOT NULL,
  ops_address text NOT NULL,
  started_at timestamptz NOT NULL,
  -- by the clock of the database, so that ages are right whatever the clocks of nodes show
  heartbeat_at timestamptz NOT NULL,
  clock_at timestamptz NOT NULL,
  state text NOT NULL,
  applied bigint NOT NULL,
  lag_ms bigint NOT NULL,
  troubles jsonb NOT NULL
);
