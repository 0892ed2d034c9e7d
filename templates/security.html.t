%args struct web_req *r, const struct pg_security_view *v
%include "pages/pg_security.h"
%include "ui.h"
% t_sender_frame_begin(r, T("Security"), v->held);
% t_part_security_crumbs(r, NULL);
<div class="head"><div class="head-text"><h1>{{T("Security")}}</h1><p>{{T("How you sign in, and where you are signed in.")}}</p></div></div>
<div class="stackv">
% if (r->session.must_enrol) {
<div class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{T("Your organisation asks for a second step. Set it up to go on.")}}</span></div>
% } else if (v->second.day) {
<div class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{TF(T("From {day} on, your organisation asks for a second step. Set it up before then."), "day", view_day(r, v->second.day))}}</span></div>
% }
<section class="card" aria-labelledby="s-password"><div class="card-head"><h2 id="s-password">{{T("Password")}}</h2></div>
<div class="card-form">
% if (v->second.has_password) {
<p>{{T("A new password signs you out everywhere else.")}}</p>
<div class="btns"><a class="btn" href="/settings/security/password">{{T("Change the password")}}</a></div>
% } else {
<p>{{T("You sign in without a password.")}}</p>
% }
</div></section>
<section class="card" aria-labelledby="s-second"><div class="card-head"><h2 id="s-second">{{T("Second step")}}</h2>
% if (v->second.since) t_part_badge(r, "ok", "shield-check", T("On"));
% else t_part_badge(r, "", "circle-help", T("Off"));
</div>
<div class="card-form">
% if (v->second.since) {
<p>{{TF(T("On since {time}. Signing in takes your password and a code from your app."), "time", view_when_full(r, v->second.since))}}</p>
%     if (v->second.codes_left < 4) {
<div class="note warn">
%         view_icon(out, "triangle-alert", 18);
<span>{{TF(TN("{n} recovery code is left. Make new ones.", "{n} recovery codes are left. Make new ones.", v->second.codes_left), "n", view_int(r, v->second.codes_left))}}</span></div>
%     } else {
<p>{{TF(TN("{n} recovery code is left.", "{n} recovery codes are left.", v->second.codes_left), "n", view_int(r, v->second.codes_left))}}</p>
%     }
<div class="btns"><a class="btn" href="/settings/security/codes">{{T("Make new recovery codes")}}</a>
<a class="btn danger" href="/settings/security/second/off">{{T("Turn off the second step")}}</a></div>
% } else {
<p>{{T("With a second step, a stolen password is not enough to sign in.")}}</p>
<div class="btns"><a class="btn" href="/settings/security/second">{{T("Set up the second step")}}</a></div>
% }
</div></section>
<section class="card" aria-labelledby="s-passkeys"><div class="card-head"><h2 id="s-passkeys">{{T("Passkeys")}}</h2></div>
% if (v->npasskeys) {
<table class="list"><caption class="vh">{{T("Passkeys")}}</caption>
<thead><tr><th scope="col">{{T("Name")}}</th><th scope="col">{{T("Added")}}</th><th scope="col">{{T("Last use")}}</th><th scope="col"><span class="vh">{{T("Actions")}}</span></th></tr></thead>
<tbody>
%     for (int i = 0; i < v->npasskeys; i++) {
%         const struct store_passkey_name *p = &v->passkeys[i];
<tr><td><b><bdi translate="no">{{view_safe(r, p->name)}}</bdi></b></td>
<td class="c-when" data-label="{{T("Added")}}"><time datetime="{{view_iso(r, p->created_at)}}" title="{{view_when_full(r, p->created_at)}}">{{view_when(r, p->created_at)}}</time></td>
<td class="c-when" data-label="{{T("Last use")}}">
%         if (p->used_at) {
<time datetime="{{view_iso(r, p->used_at)}}" title="{{view_when_full(r, p->used_at)}}">{{view_when(r, p->used_at)}}</time>
%         } else {
<span class="muted">{{T("Never")}}</span>
%         }
</td>
<td class="c-act"><span class="acts"><a class="btn" href="{{url: arena_printf(r->a, "/settings/security/passkeys/%s/delete", p->passkey_id)}}" aria-label="{{TF(T("Delete the passkey {name}"), "name", view_safe(r, p->name))}}">{{T("Delete")}}</a></span></td></tr>
%     }
</tbody></table>
% } else {
<div class="card-form"><p>{{T("A passkey signs you in by fingerprint, face or the lock of your device, instead of password and code.")}}</p></div>
% }
<div class="card-foot"><a class="btn" href="/settings/security/passkey">{{T("Add a passkey")}}</a></div>
</section>
<section class="card" aria-labelledby="s-sessions"><div class="card-head"><h2 id="s-sessions">{{T("Where you are signed in")}}</h2></div>
<table class="list"><caption class="vh">{{T("Where you are signed in")}}</caption>
<thead><tr><th scope="col">{{T("Device")}}</th><th scope="col">{{T("Address")}}</th><th scope="col">{{T("Last use")}}</th><th scope="col"><span class="vh">{{T("Actions")}}</span></th></tr></thead>
<tbody>
% for (int i = 0; i < v->nsessions; i++) {
%     const struct store_own_session *s = v->sessions[i].s;
<tr><td><b>{{v->sessions[i].device}}</b>
<span class="sub">{{strcmp(s->surface, "admin") ? T("Portal") : T("Console for administrators")}}</span>
<span class="sub">{{TF(T("Signed in {time}"), "time", view_when_full(r, s->created_at))}}</span></td>
<td data-label="{{T("Address")}}"><bdi dir="ltr" translate="no">{{*s->client_ip ? s->client_ip : "–"}}</bdi>
%     if (*v->sessions[i].place) {
<span class="sub">{{v->sessions[i].place}}</span>
%     }
</td>
<td class="c-when" data-label="{{T("Last use")}}"><time datetime="{{view_iso(r, s->seen_at)}}" title="{{view_when_full(r, s->seen_at)}}">{{view_when(r, s->seen_at)}}</time></td>
<td class="c-act"><span class="acts">
%     if (s->current) {
%         t_part_badge(r, "info", "check", T("This device"));
%     } else {
<form method="post" action="/settings/security/sessions">
%         view_csrf(r, out);
<input type="hidden" name="id" value="{{s->session_id}}">
<button class="btn" aria-label="{{TF(T("Sign out {device}"), "device", v->sessions[i].device)}}">{{T("Sign out")}}</button></form>
%     }
</span></td></tr>
% }
</tbody></table>
% if (v->nsessions > 1) {
<form class="card-foot" method="post" action="/settings/security/sessions">
%     view_csrf(r, out);
<button class="btn">{{T("Sign out all others")}}</button></form>
% }
</section>
% if (r->surface == SURFACE_PORTAL && !r->session.must_enrol) {
<section class="card" aria-labelledby="s-looks"><div class="card-head"><h2 id="s-looks">{{T("Who looked at my mail")}}</h2></div>
<div class="card-form"><p>{{T("What others did with mail to your mailboxes: administrators, and people who share a mailbox with you.")}}</p></div>
<div class="card-foot"><a class="btn" href="/settings/activity">{{T("Show")}}<span class="vh">: {{T("Who looked at my mail")}}</span></a></div>
</section>
% }
</div>
% t_sender_frame_end(r);
