-- The administrators' list of deleted mail has what was deleted for good, too, until its date (it can still be put back there).
DROP INDEX message_recipient_deleted_idx;
CREATE INDEX message_recipient_deleted_idx ON message_recipient (org_id, received_at DESC, recipient_id DESC)
  WHERE state IN ('deleted', 'gone');
