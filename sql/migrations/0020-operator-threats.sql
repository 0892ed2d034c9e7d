-- Suspicious objects of whoever runs the gateway hold for all organisations (M16). They are rows of the organisation
-- 00000000-0000-0000-0000-000000000000, which has no row in org: it has no domains, people or mail, and is in no list. What
-- refers to organisations does so by a column that is NULL for it.
ALTER TABLE config_count DROP CONSTRAINT config_count_org_id_fkey,
  ADD COLUMN of_org uuid GENERATED ALWAYS AS (nullif(org_id, '00000000-0000-0000-0000-000000000000')) STORED REFERENCES org ON DELETE CASCADE;
ALTER TABLE reputation_entry DROP CONSTRAINT reputation_entry_org_id_fkey,
  ADD COLUMN of_org uuid GENERATED ALWAYS AS (nullif(org_id, '00000000-0000-0000-0000-000000000000')) STORED REFERENCES org,
  ADD CONSTRAINT reputation_everywhere CHECK (of_org IS NOT NULL OR list = 'suspicious'); -- what is approved is for each to say
ALTER TABLE reputation_removed DROP CONSTRAINT reputation_removed_org_id_fkey,
  ADD COLUMN of_org uuid GENERATED ALWAYS AS (nullif(org_id, '00000000-0000-0000-0000-000000000000')) STORED REFERENCES org;

-- The administrators of every organisation see them.
CREATE POLICY everywhere ON reputation_entry FOR SELECT TO sekisho_console USING (of_org IS NULL AND (SELECT scope_org()) IS NOT NULL);
