-- one row: whose database this is, which state it is in, and whether it may still be written

CREATE TABLE site_version (
  id integer NOT NULL PRIMARY KEY CHECK (id = 1),
  tenant_id uuid NOT NULL,
  n bigint NOT NULL,
  token uuid NOT NULL,
  fenced boolean NOT NULL DEFAULT false
);

CREATE TABLE revision (
  n bigint NOT NULL PRIMARY KEY,
  token uuid NOT NULL,
  prev_token uuid NOT NULL,
  tags text NOT NULL,
  vocabulary integer NOT NULL,
  at timestamptz NOT NULL
);

CREATE TABLE site_setting (
  key text NOT NULL PRIMARY KEY,
  value jsonb NOT NULL
);

CREATE TABLE account (
  id uuid NOT NULL PRIMARY KEY,
  name text NOT NULL UNIQUE,
  email text NOT NULL,
  display_name text NOT NULL,
  bio text NOT NULL,
  password_hash text,
  disabled boolean NOT NULL DEFAULT false,
  must_change boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  password_changed_at timestamptz,
  seen_at timestamptz
);

-- an address signs in, so it is one person's; imported authors may have none
CREATE UNIQUE INDEX account_email ON account (lower(email)) WHERE email <> '';

CREATE TABLE role (
  id uuid NOT NULL PRIMARY KEY,
  name text NOT NULL UNIQUE,
  title text NOT NULL,
  description text NOT NULL,
  builtin boolean NOT NULL DEFAULT false,
  grants jsonb NOT NULL
);

CREATE TABLE account_role (
  account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  role_id uuid NOT NULL REFERENCES role (id) ON DELETE CASCADE,
  PRIMARY KEY (account_id, role_id)
);

CREATE TABLE session (
  hash bytea NOT NULL PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  csrf bytea NOT NULL,
  agent text NOT NULL,
  address text NOT NULL,
  created_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE INDEX session_account ON session (account_id);

CREATE TABLE one_time_token (
  hash bytea NOT NULL PRIMARY KEY,
  purpose text NOT NULL,
  account_id uuid REFERENCES account (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

CREATE TABLE media (
  id uuid NOT NULL PRIMARY KEY,
  account_id uuid REFERENCES account (id) ON DELETE SET NULL,
  name text NOT NULL,
  mime text NOT NULL,
  bytes bigint NOT NULL,
  width integer,
  height integer,
  alt text NOT NULL,
  caption text NOT NULL,
  hash text NOT NULL,
  variants jsonb NOT NULL,
  source text UNIQUE,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE INDEX media_created ON media (created_at);

CREATE TABLE term (
  id uuid NOT NULL PRIMARY KEY,
  taxonomy text NOT NULL,
  name text NOT NULL,
  slug text NOT NULL,
  parent_id uuid REFERENCES term (id) ON DELETE SET NULL,
  description text NOT NULL,
  UNIQUE (taxonomy, slug)
);

-- what visitors see of an item stands in its own columns and in the version published_version names;
-- latest_version may be ahead of it

CREATE TABLE item (
  id uuid NOT NULL PRIMARY KEY,
  kind text NOT NULL,
  author_id uuid REFERENCES account (id) ON DELETE SET NULL,
  status text NOT NULL,
  latest_version uuid NOT NULL,
  published_version uuid,
  version_count integer NOT NULL,
  title text NOT NULL,
  route text,
  parent_id uuid REFERENCES item (id) ON DELETE SET NULL,
  sticky boolean NOT NULL DEFAULT false,
  menu_order integer NOT NULL DEFAULT 0,
  password text,
  noindex boolean NOT NULL DEFAULT false,
  published_at timestamptz,
  updated_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  publish_at timestamptz,
  unpublish_at timestamptz,
  deleted_at timestamptz,
  lock_account uuid,
  lock_until timestamptz,
  source text UNIQUE,
  -- the number by which the system it was imported from addressed it: /?p=12
  old_number bigint
);

CREATE UNIQUE INDEX item_route ON item (route) WHERE route IS NOT NULL;
CREATE INDEX item_list ON item (kind, published_at) WHERE published_version IS NOT NULL;
CREATE INDEX item_parent ON item (parent_id);
CREATE INDEX item_due ON item (publish_at) WHERE publish_at IS NOT NULL;
CREATE INDEX item_undue ON item (unpublish_at) WHERE unpublish_at IS NOT NULL;
CREATE INDEX item_updated ON item (updated_at);
CREATE INDEX item_old_number ON item (old_number) WHERE old_number IS NOT NULL;

CREATE TABLE version (
  id uuid NOT NULL PRIMARY KEY,
  item_id uuid NOT NULL REFERENCES item (id) ON DELETE CASCADE,
  number integer NOT NULL,
  account_id uuid REFERENCES account (id) ON DELETE SET NULL,
  title text NOT NULL,
  slug text NOT NULL,
  format text NOT NULL,
  body text NOT NULL,
  excerpt text NOT NULL,
  fields jsonb NOT NULL,
  note text NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (item_id, number)
);

-- unsaved text of an editor, kept by autosave until the next save

CREATE TABLE autosave (
  item_id uuid NOT NULL REFERENCES item (id) ON DELETE CASCADE,
  account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  base_version uuid NOT NULL,
  document jsonb NOT NULL,
  saved_at timestamptz NOT NULL,
  PRIMARY KEY (item_id, account_id)
);

-- terms of the published version

CREATE TABLE item_term (
  item_id uuid NOT NULL REFERENCES item (id) ON DELETE CASCADE,
  term_id uuid NOT NULL REFERENCES term (id) ON DELETE CASCADE,
  PRIMARY KEY (item_id, term_id)
);

CREATE INDEX item_term_term ON item_term (term_id);

CREATE TABLE menu_entry (
  id uuid NOT NULL PRIMARY KEY,
  place text NOT NULL,
  parent_id uuid REFERENCES menu_entry (id) ON DELETE CASCADE,
  position integer NOT NULL,
  title text NOT NULL,
  item_id uuid REFERENCES item (id) ON DELETE CASCADE,
  url text,
  source text UNIQUE
);

CREATE TABLE redirect (
  id uuid NOT NULL PRIMARY KEY,
  from_path text NOT NULL UNIQUE,
  to_path text,
  item_id uuid REFERENCES item (id) ON DELETE CASCADE,
  permanent boolean NOT NULL DEFAULT true,
  automatic boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
);
