-- The digest as it will look (ux.md U11): what digest_fill_one() puts into a mail of kind 'test', for a mailbox of the account that asks.
-- Nothing is queued, and it has no link: its digest has no id of its own.
CREATE FUNCTION digest_sample(p_org uuid, p_account uuid, p_mailbox text)
RETURNS TABLE (params text, lang text, tz text, date_style text, help text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object('digest', '00000000-0000-0000-0000-000000000000', 'kind', 'test', 'n', 3, 'tz', coalesce(p.tz, a.tz, o.tz),
           'actions', to_jsonb(coalesce(u.actions, '{deliver}')), 'links', coalesce(s.links, 'act'), 'days', coalesce(s.link_days, 14), 'kid', 1,
           'off', coalesce(s.users_may, true),
           'text', (SELECT jsonb_build_object('subject', t.subject, 'intro', t.intro) FROM digest_text t WHERE t.org_id = o.org_id AND t.lang = l.lang))::text,
         l.lang, coalesce(p.tz, a.tz, o.tz), coalesce(a.date_style, ''), help_contact_line(o.org_id)
    FROM account_mailbox b JOIN org o ON o.org_id = b.org_id
         LEFT JOIN account a ON a.org_id = b.org_id AND a.address = b.address
         LEFT JOIN digest_pref p ON p.org_id = b.org_id AND p.address = b.address
         LEFT JOIN digest_rule u ON u.org_id = b.org_id AND u.rule_id = digest_rule_of(b.org_id, b.address)
         LEFT JOIN digest_setting s ON s.org_id = b.org_id
         CROSS JOIN LATERAL (SELECT coalesce(p.lang, a.lang, o.lang)) l(lang)
   WHERE b.org_id = p_org AND b.account_id = p_account AND b.address = p_mailbox
$$;
GRANT EXECUTE ON FUNCTION digest_sample(uuid, uuid, text) TO sekisho_engine;
