%args struct web_req *r, const struct pg_mailboxes_view *v
%include "pages/pg_mailboxes.h"
%include "ui.h"
% t_layout_portal_begin(r, T("Mailboxes"), -1);
% t_part_crumbs(r, "/settings", T("Settings"), T("Mailboxes"));
<div class="head"><div class="head-text"><h1>{{T("Mailboxes")}}</h1><p>{{T("You see the mail that is held for these addresses.")}}</p></div></div>
<div class="stackv">
<div class="card">
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "inbox", .title = T("No mailboxes yet"), .text = T("Add one below.")});
% } else {
<table class="list"><caption class="vh">{{T("Mailboxes")}}</caption>
<thead><tr><th scope="col">{{T("Address")}}</th><th scope="col">{{T("How linked")}}</th><th scope="col">{{T("Digest")}}</th><th scope="col"><span class="vh">{{T("Actions")}}</span></th></tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct store_mailbox *m = &v->rows[i];
<tr><td>
%         ui_address(r, out, m->address);
%         if (*m->others) {
<span class="sub">{{TF(T("Also read by {names}"), "names", view_safe(r, m->others))}}</span>
%         }
</td><td data-label="{{T("How linked")}}">{{m->own ? T("Your address") : !strcmp(m->how, "added") ? T("Added by you") : !strcmp(m->how, "directory") ? T("Alias in the directory") : T("Shared mailbox")}}</td>
<td data-label="{{T("Digest")}}"><a href="{{url: view_path(r, "/settings/digest", "mailbox", m->address, NULL)}}">{{v->digest[i] ? T("Yes") : T("No")}}<span class="vh">
{{TF(T("Digest settings of {address}"), "address", m->address)}}</span></a></td>
<td class="c-act"><span class="acts">
%         if (!m->own && !strcmp(m->how, "added")) {
<a class="btn" href="{{url: view_path(r, "/settings/mailboxes/unlink", "address", m->address, NULL)}}" aria-label="{{TF(T("Unlink {address}"), "address", m->address)}}">{{T("Unlink")}}</a>
%         }
</span></td></tr>
%     }
</tbody></table>
% }
</div>
% if (v->npending) {
<section class="card" aria-labelledby="m-pending"><div class="card-head"><h2 id="m-pending">{{T("Waiting for proof")}}</h2></div>
<table class="list"><caption class="vh">{{T("Waiting for proof")}}</caption>
<thead><tr><th scope="col">{{T("Address")}}</th><th scope="col">{{T("Link works until")}}</th><th scope="col"><span class="vh">{{T("Actions")}}</span></th></tr></thead><tbody>
%     for (int i = 0; i < v->npending; i++) {
%         const struct store_mailbox_pending *p = &v->pending[i];
<tr><td>
%         ui_address(r, out, p->address);
</td><td data-label="{{T("Link works until")}}"><time datetime="{{view_iso(r, p->expires_at)}}">{{view_when_full(r, p->expires_at)}}</time></td>
<td class="c-act"><div class="acts"><form method="post" action="/settings/mailboxes/resend">
%         view_csrf(r, out);
<input type="hidden" name="address" value="{{p->address}}">
<button class="btn" aria-label="{{TF(T("Send the link to {address} again"), "address", p->address)}}">{{T("Send again")}}</button></form>
<form method="post" action="/settings/mailboxes/forget">
%         view_csrf(r, out);
<input type="hidden" name="id" value="{{p->proof_id}}">
<button class="btn" aria-label="{{TF(T("Withdraw the request for {address}"), "address", p->address)}}">{{T("Withdraw")}}</button></form></div></td></tr>
%     }
</tbody></table>
<p class="card-body muted">{{T("A link is sent at most once an hour. Open it in this browser.")}}</p>
</section>
% }
<form class="card" method="post" action="/settings/mailboxes" novalidate>
% view_csrf(r, out);
<div class="card-head"><h2>{{T("Add a mailbox")}}</h2></div>
<div class="card-form fields">
% t_part_field(r, &(struct ui_field){.name = "address", .label = T("E-mail address"), .type = "email", .value = v->address, .max = 320, .autocomplete = "off", .inputmode = "email"});
% const struct ui_option ways[] = {{"mail", T("By a link that is mailed to it"), NULL}, {"password", T("By its password here"), NULL}, {NULL, NULL, NULL}};
% t_part_field(r, &(struct ui_field){.name = "how", .label = T("How do you prove that it is yours?"), .type = "select", .value = v->how, .options = ways});
% t_part_field(r, &(struct ui_field){.name = "password", .label = T("Password of that account"), .help = T("Only if you prove it by its password."), .type = "password", .autocomplete = "off", .optional = true});
</div>
<div class="card-foot"><button class="btn primary">{{T("Add the mailbox")}}</button></div>
</form></div>
% t_layout_portal_end(r);
