%args struct web_req *r, const struct pg_senders *v
%include "pages/pg_senders.h"
% if (v->approved) {
%     t_part_empty(r, &(struct ui_empty){"user-check", "", T("Nobody is allowed yet"), T("Enter an address above when wanted mail of somebody is held again and again."), NULL, NULL});
% } else {
%     t_part_empty(r, &(struct ui_empty){"ban", "", T("Nobody is blocked yet"), T("Enter an address above when you want no more mail of somebody."), NULL, NULL});
% }
% if (v->nsuggested) {
<section class="card-body" aria-labelledby="suggested"><h3 id="suggested">{{T("Who wrote to you most often in the last 30 days")}}</h3>
<ul class="facts offers">
%     for (int i = 0; i < v->nsuggested; i++) {
%         const struct pg_sender_suggested *s = &v->suggested[i];
<li><div><b>
%         ui_address(r, out, s->pattern);
</b>
%         if (*s->name) {
<span class="sub"><bdi translate="no">{{s->name}}</bdi></span>
%         }
<span class="sub">{{TF(TN("{n} message delivered", "{n} messages delivered", s->messages), "n", view_int(r, s->messages))}}</span>
%         if (*s->mailbox && v->nmailboxes > 1) {
<span class="sub">
%             ui_sentence(r, out, TF(T("for {mailbox}"), "mailbox", s->mailbox));
</span>
%         }
</div>
<form method="post" action="/senders/add">
%         view_csrf(r, out);
<input type="hidden" name="list"
%         if (v->approved) {
 value="approved"
%         } else {
 value="blocked"
%         }
><input type="hidden" name="sender" value="{{s->pattern}}"><input type="hidden" name="target" value="{{s->mailbox}}"><input type="hidden" name="here" value="{{v->stay}}">
<button class="btn" aria-label="{{v->approved ? TF(T("Allow: {sender}"), "sender", s->pattern) : TF(T("Block: {sender}"), "sender", s->pattern)}}">{{v->approved ? TC("button", "Allow") : TC("button", "Block")}}</button></form></li>
%     }
</ul></section>
% }
