DROP TABLE job;
ALTER TABLE tenant_due DROP COLUMN failures;
ALTER TABLE tenant_due DROP COLUMN notes;
ALTER TABLE tenant_due DROP COLUMN claimed_until;
ALTER TABLE tenant_due DROP COLUMN claim;
