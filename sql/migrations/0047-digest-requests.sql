-- Release requests that wait, for the digest of who decides about them: the oldest, and how many there are of the oldest 500 of his
-- organisation. Nothing for everybody else.
CREATE FUNCTION digest_requests(p_org uuid, p_address text, p_limit int)
RETURNS TABLE (request_id uuid, by_name text, mailbox text, sender text, subject text, asked_at timestamptz, n bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_account uuid;
BEGIN
  SELECT a.account_id INTO v_account FROM account a WHERE a.org_id = p_org AND a.address = p_address AND a.state = 'active' AND a.role <> 'user';
  IF NOT FOUND THEN RETURN; END IF;
  RETURN QUERY SELECT q.request_id, q.by_name, q.mailbox, q.sender, q.subject, q.asked_at, count(*) OVER ()
    FROM (SELECT * FROM release_request w WHERE w.org_id = p_org AND w.state = 'waiting' ORDER BY w.asked_at, w.request_id LIMIT 500) q
   WHERE request_may_decide(p_org, v_account, q.account_id, q.domain)
   ORDER BY q.asked_at, q.request_id LIMIT p_limit;
END $$;
GRANT EXECUTE ON FUNCTION digest_requests(uuid, text, int) TO sekisho_jobs;
