-- work that a tenant does by itself: claimed for a short while, done or tried again, then forgotten
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
