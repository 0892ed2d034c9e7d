%args struct web_req *r, const struct pg_audit_page *v
%include "pages/pg_audit.h"
% const struct pg_audit_row *e = &v->e;
% t_layout_admin_begin(r, TF(T("{event} - Audit log"), "event", e->text));
<div class="crumbs-row">
% t_part_crumbs(r, "/audit", T("Audit log"), TF(T("Entry {n}"), "n", view_int(r, e->seq)));
</div>
<div class="head"><div class="head-text"><h1><bdi>
% ui_sentence(r, out, e->text);
</bdi></h1></div></div>
<div class="columns"><section class="card">
% if (v->nchanges) {
<table class="list"><caption class="vh">{{T("What changed")}}</caption>
<thead><tr><th scope="col">{{T("Field")}}</th><th scope="col">{{T("Before")}}</th><th scope="col">{{T("After")}}</th></tr></thead><tbody>
%     for (int i = 0; i < v->nchanges; i++) {
%         const struct pg_audit_change *c = &v->changes[i];
<tr><th scope="row" class="mono">{{c->field}}</th>
<td data-label="{{T("Before")}}"><bdi class="addr" translate="no">{{c->before ? c->before : "–"}}</bdi></td>
<td data-label="{{T("After")}}"><bdi class="addr" translate="no">{{c->after ? c->after : "–"}}</bdi></td></tr>
%     }
</tbody></table>
% } else {
%     t_part_empty(r, &(struct ui_empty){e->icon, e->tone, T("No further details"), T("This entry consists of the facts beside."), NULL, NULL});
% }
</section>
<aside class="card card-body"><h2 class="vh">{{T("Details")}}</h2><dl class="pairs">
<dt>{{T("Time")}}</dt><dd><time datetime="{{view_iso(r, e->at)}}">{{view_when_exact(r, e->at)}}</time></dd>
<dt>{{T("Who")}}</dt><dd><bdi class="addr" translate="no">{{e->actor}}</bdi></dd>
<dt>{{TC("audit", "From")}}</dt><dd>{{pg_surface_word(r, e->surface)}}
% if (*e->client_ip) {
<br><bdi class="mono" translate="no">{{e->client_ip}}</bdi>
% }
</dd>
<dt>{{T("Event")}}</dt><dd class="mono">{{e->event}}</dd>
% if (*e->object) {
<dt>{{T("Object")}}</dt><dd><bdi class="addr" translate="no">{{e->object}}</bdi></dd>
% }
<dt>{{T("Hash")}}</dt><dd><bdi class="mono addr small" translate="no">{{v->hash}}</bdi></dd>
<dt>{{T("Hash before")}}</dt><dd><bdi class="mono addr small" translate="no">{{v->prev}}</bdi></dd>
</dl><p class="help">{{T("The whole chain is checked on the server with this command:")}} <code>sekisho audit verify</code></p></aside></div>
% t_layout_admin_end(r);
