-- Outbound mail that was held is signed when it is released: by the jobs role, which sends it
-- (src/engine/jobs/job_release.c). The key is sealed with the master key, which that role opens bodies with already.
GRANT SELECT (private_key) ON dkim_key TO sekisho_jobs;
