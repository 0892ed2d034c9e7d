-- How high-profile users write (0023-writing-style.sql).

-- name: style_note
-- role: engine
SELECT writing_style_note($1::jsonb)

-- name: style_of
-- role: engine
-- One row for each organisation; arrays as JSON.
SELECT org_id, mails, to_json(mean)::text, to_json(m2)::text, all_mails, to_json(all_mean)::text, to_json(all_m2)::text
  FROM writing_style_of($1::uuid[], $2)

-- name: style_forget
-- role: jobs
SELECT writing_style_forget($1::int, $2::int)
