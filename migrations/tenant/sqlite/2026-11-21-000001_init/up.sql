-- one row: whose database this is, which state it is in, and whether it may still be written

CREATE TABLE site_version (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  tenant_id BLOB NOT NULL,
  n INTEGER NOT NULL,
  token BLOB NOT NULL,
  fenced INTEGER NOT NULL DEFAULT 0 CHECK (fenced IN (0, 1))
) STRICT;

CREATE TABLE revision (
  n INTEGER NOT NULL PRIMARY KEY,
  token BLOB NOT NULL,
  prev_token BLOB NOT NULL,
  tags TEXT NOT NULL,
  vocabulary INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE site_setting (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT;

CREATE TABLE account (
  id BLOB NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  display_name TEXT NOT NULL,
  bio TEXT NOT NULL,
  password_hash TEXT,
  disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
  must_change INTEGER NOT NULL DEFAULT 0 CHECK (must_change IN (0, 1)),
  created_at INTEGER NOT NULL,
  password_changed_at INTEGER,
  seen_at INTEGER
) STRICT;

-- an address signs in, so it is one person's; imported authors may have none
CREATE UNIQUE INDEX account_email ON account (lower(email)) WHERE email <> '';

CREATE TABLE role (
  id BLOB NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  builtin INTEGER NOT NULL DEFAULT 0 CHECK (builtin IN (0, 1)),
  grants TEXT NOT NULL CHECK (json_valid(grants))
) STRICT;

CREATE TABLE account_role (
  account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  role_id BLOB NOT NULL REFERENCES role (id) ON DELETE CASCADE,
  PRIMARY KEY (account_id, role_id)
) STRICT;

CREATE TABLE session (
  hash BLOB NOT NULL PRIMARY KEY,
  account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  csrf BLOB NOT NULL,
  agent TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX session_account ON session (account_id);

CREATE TABLE one_time_token (
  hash BLOB NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL,
  account_id BLOB REFERENCES account (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;

CREATE TABLE media (
  id BLOB NOT NULL PRIMARY KEY,
  account_id BLOB REFERENCES account (id) ON DELETE SET NULL,
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  width INTEGER,
  height INTEGER,
  alt TEXT NOT NULL,
  caption TEXT NOT NULL,
  hash TEXT NOT NULL,
  variants TEXT NOT NULL CHECK (json_valid(variants)),
  source TEXT UNIQUE,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX media_created ON media (created_at);

CREATE TABLE term (
  id BLOB NOT NULL PRIMARY KEY,
  taxonomy TEXT NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  parent_id BLOB REFERENCES term (id) ON DELETE SET NULL,
  description TEXT NOT NULL,
  UNIQUE (taxonomy, slug)
) STRICT;

-- what visitors see of an item stands in its own columns and in the version published_version names;
-- latest_version may be ahead of it

CREATE TABLE item (
  id BLOB NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  author_id BLOB REFERENCES account (id) ON DELETE SET NULL,
  status TEXT NOT NULL,
  latest_version BLOB NOT NULL,
  published_version BLOB,
  version_count INTEGER NOT NULL,
  title TEXT NOT NULL,
  route TEXT,
  parent_id BLOB REFERENCES item (id) ON DELETE SET NULL,
  sticky INTEGER NOT NULL DEFAULT 0 CHECK (sticky IN (0, 1)),
  menu_order INTEGER NOT NULL DEFAULT 0,
  password TEXT,
  noindex INTEGER NOT NULL DEFAULT 0 CHECK (noindex IN (0, 1)),
  published_at INTEGER,
  updated_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  publish_at INTEGER,
  unpublish_at INTEGER,
  deleted_at INTEGER,
  lock_account BLOB,
  lock_until INTEGER,
  source TEXT UNIQUE,
  -- the number by which the system it was imported from addressed it: /?p=12
  old_number INTEGER
) STRICT;

CREATE UNIQUE INDEX item_route ON item (route) WHERE route IS NOT NULL;
CREATE INDEX item_list ON item (kind, published_at) WHERE published_version IS NOT NULL;
CREATE INDEX item_parent ON item (parent_id);
CREATE INDEX item_due ON item (publish_at) WHERE publish_at IS NOT NULL;
CREATE INDEX item_undue ON item (unpublish_at) WHERE unpublish_at IS NOT NULL;
CREATE INDEX item_updated ON item (updated_at);
CREATE INDEX item_old_number ON item (old_number) WHERE old_number IS NOT NULL;

CREATE TABLE version (
  id BLOB NOT NULL PRIMARY KEY,
  item_id BLOB NOT NULL REFERENCES item (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  account_id BLOB REFERENCES account (id) ON DELETE SET NULL,
  title TEXT NOT NULL,
  slug TEXT NOT NULL,
  format TEXT NOT NULL,
  body TEXT NOT NULL,
  excerpt TEXT NOT NULL,
  fields TEXT NOT NULL CHECK (json_valid(fields)),
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (item_id, number)
) STRICT;

-- unsaved text of an editor, kept by autosave until the next save

CREATE TABLE autosave (
  item_id BLOB NOT NULL REFERENCES item (id) ON DELETE CASCADE,
  account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  base_version BLOB NOT NULL,
  document TEXT NOT NULL CHECK (json_valid(document)),
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (item_id, account_id)
) STRICT;

-- terms of the published version

CREATE TABLE item_term (
  item_id BLOB NOT NULL REFERENCES item (id) ON DELETE CASCADE,
  term_id BLOB NOT NULL REFERENCES term (id) ON DELETE CASCADE,
  PRIMARY KEY (item_id, term_id)
) STRICT;

CREATE INDEX item_term_term ON item_term (term_id);

CREATE TABLE menu_entry (
  id BLOB NOT NULL PRIMARY KEY,
  place TEXT NOT NULL,
  parent_id BLOB REFERENCES menu_entry (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  item_id BLOB REFERENCES item (id) ON DELETE CASCADE,
  url TEXT,
  source TEXT UNIQUE
) STRICT;

CREATE TABLE redirect (
  id BLOB NOT NULL PRIMARY KEY,
  from_path TEXT NOT NULL UNIQUE,
  to_path TEXT,
  item_id BLOB REFERENCES item (id) ON DELETE CASCADE,
  permanent INTEGER NOT NULL DEFAULT 1 CHECK (permanent IN (0, 1)),
  automatic INTEGER NOT NULL DEFAULT 0 CHECK (automatic IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;
