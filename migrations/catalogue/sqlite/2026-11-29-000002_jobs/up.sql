-- a node that works for a tenant holds the entry for a short while, so that others leave it alone; `notes` tells
-- whether anything was noted since, `failures` how often in a row the tenant could not be worked for
ALTER TABLE tenant_due ADD COLUMN claim BLOB;
ALTER TABLE tenant_due ADD COLUMN claimed_until INTEGER;
ALTER TABLE tenant_due ADD COLUMN notes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tenant_due ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;

-- every tenant has an entry from now on: its clean-ups come round though nobody visits it
INSERT INTO tenant_due (tenant_id, at) SELECT id, created_at FROM tenant WHERE true ON CONFLICT DO NOTHING;

-- work that the installation does by itself: claimed for a short while, done or tried again, then forgotten
CREATE TABLE job (
  id BLOB NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  -- in words for people; never a secret
  about TEXT NOT NULL,
  -- sealed; empty once it was carried out
  payload TEXT NOT NULL,
  -- of those that wait, one alone may bear the same word here
  once TEXT UNIQUE,
  state TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  run_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  claim BLOB,
  claimed_until INTEGER,
  last_error TEXT,
  created_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;

CREATE INDEX job_waiting ON job (run_at) WHERE state = 'waiting';
CREATE INDEX job_finished ON job (finished_at) WHERE finished_at IS NOT NULL;
