-- work that a tenant does by itself: claimed for a short while, done or tried again, then forgotten
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
