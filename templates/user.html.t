%args struct web_req *r, const struct pg_user_form *v
%include "../common/password_rule.h"
%include "ui.h"
%include "pages/pg_users.h"
%include "../store/store_mailbox.h"
% const struct pg_user *u = v->u;
% const char *title = *u->name ? u->name : u->address;
% t_layout_admin_begin(r, TF(T("{name} - Users"), "name", title));
<div class="crumbs-row">
% t_part_crumbs(r, "/users", T("Users"), title);
</div>
<div class="head"><div class="head-text"><h1><bdi translate="no">{{title}}</bdi></h1>
% if (*u->name) {
<p><bdi dir="ltr" translate="no">{{u->address}}</bdi></p>
% }
</div>
% if (v->may_change && !u->self) {
<div class="btns"><form method="post" action="{{url: arena_printf(r->a, "/users/%s/state", u->id)}}">
%     view_csrf(r, out);
%     if (u->active) {
<button class="btn" name="state" value="suspended">
%         view_icon(out, "ban", 18);
{{T("Suspend")}}</button>
%     } else {
<button class="btn" name="state" value="active">
%         view_icon(out, "check", 18);
{{T("Activate")}}</button>
%     }
</form>
%     if (v->removable) {
<a class="btn danger" data-confirm href="{{url: arena_printf(r->a, "/users/%s/delete", u->id)}}">
%         view_icon(out, "trash-2", 18);
{{T("Delete user")}}</a>
%     }
</div>
% }
</div>
<div class="columns">
% if (v->may_change) {
<form class="card" method="post" action="{{url: arena_printf(r->a, "/users/%s", u->id)}}" novalidate>
%     view_csrf(r, out);
<div class="card-form">
%     t_part_field(r, &(struct ui_field){.name = "name", .label = T("Name"), .value = v->name, .max = 200, .autocomplete = "off", .optional = true});
%     if (v->role_fixed) {
<div class="field"><span class="legend">{{T("Role")}}</span><p>{{ui_role_word(r, u->role)}}</p><p class="help">{{v->role_why}}</p></div>
%     } else {
%         t_part_field(r, &(struct ui_field){.name = "role", .label = T("Role"), .type = "select", .value = v->role, .options = v->roles});
%     }
%     t_part_user_language(r, v->lang);
%     if (!u->self) {
%         t_part_field(r, &(struct ui_field){.name = "password", .label = T("New password"), .help = T("Leave it empty to keep the present one. A new password ends all sessions of this person."), .type = "password", .autocomplete = "new-password", .least = PASSWORD_MIN, .optional = true});
%     }
</div>
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button><a class="btn quiet" href="/users">{{T("Cancel")}}</a></div>
</form>
% } else {
<div class="card pad"><dl class="pairs"><dt>{{T("Name")}}</dt><dd><bdi translate="no">{{*u->name ? u->name : "-"}}</bdi></dd><dt>{{T("Role")}}</dt><dd>{{ui_role_word(r, u->role)}}</dd></dl>
<p class="muted">{{T("You can look at this but not change it.")}}</p></div>
% }
<aside class="card"><div class="card-head"><h2>{{T("About this user")}}</h2></div>
<div class="card-body"><dl class="pairs">
<dt>{{T("State")}}</dt><dd>
% t_part_user_state(r, u->active);
</dd>
<dt>{{T("Last sign-in")}}</dt><dd>
% if (u->last_sign_in) {
<time datetime="{{view_iso(r, u->last_sign_in)}}">{{view_when_full(r, u->last_sign_in)}}</time>
% } else {
{{T("Never")}}
% }
</dd>
<dt>{{T("Password")}}</dt><dd>{{u->has_password ? T("Set") : T("Not set")}}</dd>
<dt>{{T("Second step")}}</dt><dd>
% if (v->second_since) {
{{TF(T("On since {time}"), "time", view_when_full(r, v->second_since))}}
% } else {
{{T("Off")}}
% }
</dd>
<dt>{{T("Passkeys")}}</dt><dd>{{view_int(r, v->passkeys)}}</dd>
<dt>{{T("Added")}}</dt><dd><time datetime="{{view_iso(r, u->created_at)}}">{{view_when_full(r, u->created_at)}}</time></dd>
</dl></div>
% if (v->second_removable) {
<div class="card-foot"><a class="btn danger" data-confirm href="{{url: arena_printf(r->a, "/users/%s/second", u->id)}}">{{T("Remove the second step")}}</a></div>
% } else if (u->self) {
<div class="card-foot"><a class="btn" href="/settings/security">{{T("Your security")}}</a></div>
% }
</aside>
</div>
<section class="card" aria-labelledby="u-mailboxes"><div class="card-head"><h2 id="u-mailboxes">{{T("Mailboxes")}}</h2></div>
<p class="card-body muted">{{T("The person sees the mail that is held for these addresses.")}}</p>
% if (v->nmailboxes) {
<table class="list"><caption class="vh">{{T("Mailboxes")}}</caption>
<thead><tr><th scope="col">{{T("Address")}}</th><th scope="col">{{T("How linked")}}</th><th scope="col"><span class="vh">{{T("Actions")}}</span></th></tr></thead><tbody>
%     for (int i = 0; i < v->nmailboxes; i++) {
%         const struct store_mailbox_of *m = &v->mailboxes[i];
<tr><td data-label="{{T("Address")}}"><bdi dir="ltr" translate="no">{{m->address}}</bdi></td>
<td data-label="{{T("How linked")}}">{{m->own ? T("Sign-in address") : !strcmp(m->how, "added") ? T("Added by the person") : !strcmp(m->how, "directory") ? T("Alias of this person alone") : T("Shared mailbox")}}</td>
<td class="c-act"><span class="acts">
%         if (v->may_change && !m->own) {
<a class="btn" data-confirm href="{{url: view_path(r, arena_printf(r->a, "/users/%s/mailboxes/remove", u->id), "address", m->address, NULL)}}" aria-label="{{TF(T("Take away {address}"), "address", m->address)}}">{{T("Take away")}}</a>
%         }
</span></td></tr>
%     }
</tbody></table>
% }
% if (v->may_change) {
<form method="post" action="{{url: arena_printf(r->a, "/users/%s/mailboxes", u->id)}}" novalidate>
%     view_csrf(r, out);
<div class="card-form fields">
%     t_part_field(r, &(struct ui_field){.name = "address", .label = T("E-mail address"), .type = "email", .value = v->mailbox, .max = 320, .autocomplete = "off", .inputmode = "email"});
%     const struct ui_option kinds[] = {{"shared", T("Shared: several people may have it"), NULL}, {"directory", T("Alias: this person's alone"), NULL}, {NULL, NULL, NULL}};
%     t_part_field(r, &(struct ui_field){.name = "how", .label = T("Kind"), .type = "select", .value = v->mailbox_how, .options = kinds});
</div>
<div class="card-foot"><button class="btn primary">{{T("Give the mailbox")}}</button></div>
</form>
% }
</section>
% t_layout_admin_end(r);
