%args struct web_req *r, const struct pg_keys *v
%include "pages/pg_keys.h"
%include "ui.h"
% const struct { const char *title; const struct pg_key *keys; } parts[] = {{T("In lists"), v->lists}, {T("Held mail"), v->mail}, {T("On all pages"), v->pages}};
% t_sender_frame_begin(r, T("Keyboard shortcuts"), -1);
<div class="card"><div data-question class="card-form">
<h1 id="question">{{T("Keyboard shortcuts")}}</h1>
<div class="keylist">
% for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
<section><h2>{{parts[i].title}}</h2><dl class="pairs">
%     for (const struct pg_key *k = parts[i].keys; k->one; k++) {
<dt><kbd>{{k->one}}</kbd>
%         if (k->two) {
%             if (k->between) {
 {{k->between}}
%             } else {
 /
%             }
 <kbd>{{k->two}}</kbd>
%         }
</dt><dd>{{T(k->what)}}</dd>
%     }
</dl></section>
% }
</div>
<p class="muted">{{T("They do nothing while you type, and not on touch screens. Everything works with the Tab key and Enter as well.")}}</p>
<form class="btns" method="post" action="/keys">
% view_csrf(r, out);
<input type="hidden" name="back" value="{{v->back}}">
% if (v->on) {
<button class="btn">{{T("Turn single keys off")}}</button>
% } else {
<button class="btn" name="on" value="1">{{T("Turn single keys on")}}</button>
% }
<a class="btn" data-cancel href="{{url: v->back}}">{{T("Close")}}</a></form>
</div></div>
% t_sender_frame_end(r);
