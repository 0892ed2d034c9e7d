-- Mails of ours to people: sign-in links, digests, answers. Queued in the transaction of whatever causes them, sent by
-- the job "usermail" (src/engine/jobs/job_usermail.c). What a kind needs in params: src/engine/notices/usermail_kinds.def.
CREATE TABLE user_mail (
  org_id     uuid NOT NULL REFERENCES org,
  mail_id    uuid NOT NULL,                    -- the release_id in Postfix's log
  recipient  text NOT NULL CHECK (recipient = lower(recipient) AND length(recipient) BETWEEN 3 AND 320),
  lang       text NOT NULL DEFAULT '',         -- '': the organisation's
  kind       text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
  params     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(params) = 'object' AND length(params::text) <= 1000000),
  once       text CHECK (length(once) <= 200), -- of those with the same one there is one mail
  state      text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'expired')),
  created_at timestamptz NOT NULL DEFAULT now(),
  try_at     timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,             -- nobody wants it any more
  tries      int NOT NULL DEFAULT 0,
  claimed_at timestamptz,                      -- since when a process may have sent it; NULL: nobody has
  node       text,                             -- whose log knows
  ended_at   timestamptz,
  reply      text NOT NULL DEFAULT '',         -- Postfix's last word
  PRIMARY KEY (org_id, mail_id),
  CONSTRAINT user_mail_once UNIQUE (org_id, recipient, kind, once)
);
CREATE INDEX user_mail_due_idx ON user_mail (try_at) WHERE state = 'waiting';
CREATE INDEX user_mail_recent_idx ON user_mail (org_id, recipient, kind, created_at);
CREATE INDEX user_mail_ended_idx ON user_mail (ended_at) WHERE ended_at IS NOT NULL;
ALTER TABLE user_mail ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_mail FORCE ROW LEVEL SECURITY;
CREATE POLICY all_orgs ON user_mail TO sekisho_owner, sekisho_jobs USING (true) WITH CHECK (true);
CREATE POLICY own_org ON user_mail TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()));
GRANT SELECT, DELETE, UPDATE (params, state, try_at, tries, claimed_at, node, ended_at, reply) ON user_mail TO sekisho_jobs;

-- Queues a mail; p_once, p_not_before and p_hourly may be NULL. p_hourly: at most so many of this kind to this
-- recipient in any hour (T-L7). False: not queued, because of p_once or p_hourly. The portal may not call it: what it
-- may cause goes through functions that check it, and these call it.
CREATE FUNCTION user_mail_add(p_org uuid, p_recipient text, p_lang text, p_kind text, p_params jsonb, p_not_before timestamptz,
                              p_expires timestamptz, p_once text, p_hourly int)
RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE n bigint;
BEGIN
  IF session_user = 'sekisho_console' AND p_org IS DISTINCT FROM scope_org() THEN
    RAISE EXCEPTION 'mail of another organisation' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF p_hourly IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_org::text || p_kind || ' ' || lower(p_recipient), 21));
    SELECT count(*) INTO n FROM user_mail WHERE org_id = p_org AND recipient = lower(p_recipient) AND kind = p_kind
       AND created_at > clock_timestamp() - interval '1 hour';
    IF n >= p_hourly THEN RETURN false; END IF;
  END IF;
  INSERT INTO user_mail (org_id, mail_id, recipient, lang, kind, params, try_at, expires_at, once, created_at)
  VALUES (p_org, uuid7(), lower(p_recipient), coalesce(p_lang, ''), p_kind, p_params, coalesce(p_not_before, now()), p_expires, p_once,
          clock_timestamp())
  ON CONFLICT ON CONSTRAINT user_mail_once DO NOTHING;
  RETURN FOUND;
END $$;
GRANT EXECUTE ON FUNCTION user_mail_add(uuid, text, text, text, jsonb, timestamptz, timestamptz, text, int)
  TO sekisho_engine, sekisho_jobs, sekisho_console;
