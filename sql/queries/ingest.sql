-- Writing messages: the gate.

-- name: ingest_message
-- role: engine
SELECT ingest($1::jsonb, $2::bytea, $3::bytea)

-- name: ingest_body_piece
-- role: engine
INSERT INTO body (org_id, message_id, received_at, seq, data)
VALUES ($1::uuid, $2::uuid, to_timestamp($3::float8 / 1000), $4::int, $5::bytea)

-- name: ingest_known
-- role: engine
SELECT 1 FROM message WHERE message_id = $1::uuid LIMIT 1
