-- a node that works for a tenant holds the entry for a short while, so that others leave it alone; `notes` tells
-- whether anything was noted since, `failures` how often in a row the tenant could not be worked for
ALTER TABLE tenant_due ADD COLUMN claim uuid;
ALTER TABLE tenant_due ADD COLUMN claimed_until timestamptz;
ALTER TABLE tenant_due ADD COLUMN notes bigint NOT NULL DEFAULT 0;
ALTER TABLE tenant_due ADD COLUMN failures integer NOT NULL DEFAULT 0;

-- every tenant has an entry from now on: its clean-ups come round though nobody visits it
INSERT INTO tenant_due (tenant_id, at) SELECT id, created_at FROM tenant WHERE true ON CONFLICT DO NOTHING;

-- work that the installation does by itself: claimed for a short while, done or tried again, then forgotten
CREATE TABLE job (
  id uuid NOT NULL PRIMARY KEY,
  kind text NOT NULL,
  -- in words for people; never a secret
  about text NOT NULL,
  -- sealed; empty once it was carried out
  payload text NOT NULL,
  -- of those that wait, one alone may bear the same word here
  once text UNIQUE,
  state text NOT NULL,
  due_at timestamptz NOT NULL,
  run_at timestamptz NOT NULL,
  attempts integer NOT NULL,
  claim uuid,
  claimed_until timestamptz,
  last_error text,
  created_at timestamptz NOT NULL,
  finished_at timestamptz
);

CREATE INDEX job_waiting ON job (run_at) WHERE state = 'waiting';
CREATE INDEX job_finished ON job (finished_at) WHERE finished_at IS NOT NULL;
