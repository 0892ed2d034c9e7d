%args struct web_req *r, const struct pg_link_view *v
%include "pages/pg_link.h"
% bool choose = v->page == PG_LINK_CHOOSE || v->page == PG_LINK_READ;
% bool done = v->page == PG_LINK_DONE, undo = done && !strcmp(v->action, "undo");
% bool asked = done && !strcmp(v->action, "ask");
% bool removed = done && (!strcmp(v->action, "delete") || !strcmp(v->action, "block"));
% const char *title = v->page == PG_LINK_WRONG ? T("This link does not work") : v->page == PG_LINK_OLD ? T("This link is too old") : v->page == PG_LINK_GONE ? T("This message is gone") : v->page == PG_LINK_HANDLED ? T("This message was handled already") : undo ? T("Undone") : removed ? T("Message deleted") : asked ? T("An admin was asked") : done ? T("On its way to your inbox") : v->page == PG_LINK_READ ? T("Read safely") : v->deliver && !v->sign_in ? T("Deliver this message?") : T("A message is held for you");
% t_layout_plain_begin(r, title);
<div class="stackv">
% if (done) {
<span class="tile ok">
%     view_icon(out, removed ? "trash-2" : undo ? "undo-2" : "check", 20);
</span>
% }
<h1>{{title}}</h1>
% if (v->problem) {
<div class="note danger" role="alert">
%     view_icon(out, "circle-alert", 18);
<span>{{v->problem}}</span></div>
% }
% if (v->page == PG_LINK_WRONG) {
<p>{{T("It is not complete, or your organisation has made all links that were sent so far worthless. Nothing was changed.")}}</p>
% } else if (v->page == PG_LINK_OLD) {
<p>{{T("Links in e-mail work for a limited time. Nothing was changed.")}}</p>
% } else if (v->page == PG_LINK_GONE) {
<p>{{T("Held messages are deleted after some time.")}}</p>
% } else if (v->page == PG_LINK_HANDLED) {
<p dir="auto"><b><bdi translate="no">{{v->subject}}</bdi></b></p>
<p>{{v->happened}}</p>
% } else if (removed) {
<p>{{TF(T("“{subject}” can be put back until {day}."), "subject", v->subject, "day", view_day(r, v->expires))}}</p>
% } else if (asked) {
<p>{{TF(T("You get an e-mail when there is an answer about “{subject}”."), "subject", v->subject)}}</p>
% } else if (undo) {
<p dir="auto"><b><bdi translate="no">{{v->subject}}</bdi></b></p>
% } else if (done) {
<p>{{TF(T("“{subject}” arrives in about a minute."), "subject", v->subject)}}</p>
% }
% if (choose) {
<form class="card" method="post" action="{{url: v->path}}">
<input type="hidden" name="form" value="{{v->form}}"><input type="hidden" name="lang" value="{{v->lang}}">
<div class="stackv"><div>
<h2 dir="auto"><bdi translate="no">{{v->subject}}</bdi></h2>
%     if (*v->from_name) {
<p dir="auto"><bdi translate="no">{{v->from_name}}</bdi></p>
%     }
<p class="muted addr">
%     ui_address(r, out, v->from_address);
</p>
<p class="muted"><small>
%     ui_sentence(r, out, TF(T("To {mailbox}, held {when} ({zone})"), "mailbox", v->mailbox, "when", view_when_full(r, v->received), "zone", ui_zone_name(r)));
</small></p></div>
%     if (v->page == PG_LINK_READ) {
%         t_preview(r, &v->preview, "");
%     }
<section aria-labelledby="why"><h3 id="why">{{T("Why it was held")}}</h3>
%     t_part_reasons(r, v->reasons, v->nreasons, v->kind);
</section>
%     if (v->sign_in) {
<p>{{T("Your organisation asks you to sign in before you decide.")}}</p>
<a class="btn primary big wide" href="{{url: v->message}}">{{T("Sign in")}}</a>
%     } else {
%         if (v->deliver) {
%             if (v->allow) {
<label class="check"><input type="checkbox" name="allow" value="1"><span>{{T("Always allow this sender")}} <small class="muted">{{T("Only when the sender is verified")}}</small></span></label>
%             }
<button class="btn primary big wide" name="do" value="deliver">
%             view_icon(out, "mail-check", 18);
{{T("Deliver to inbox")}}</button>
%         } else {
<p class="note danger">
%             view_icon(out, "lock", 18);
%             if (v->asked) {
<span>{{T("Only an admin can deliver this message. An admin was asked.")}}</span></p>
%             } else {
<span>{{T("Only an admin can deliver this message.")}}</span></p>
%             }
%             if (v->ask) {
<button class="btn big wide" name="do" value="ask">
%                 view_icon(out, "mail", 18);
{{T("Ask an admin to deliver")}}</button>
%             }
%         }
%         if (v->read && v->page != PG_LINK_READ) {
<button class="btn big wide" name="do" value="read">
%             view_icon(out, "eye", 18);
{{T("Read it safely first")}}</button>
%         }
%         if (v->remove) {
<button class="btn danger big wide" name="do" value="delete">
%             view_icon(out, "trash-2", 18);
{{T("Delete")}}</button>
%         }
%         if (v->block) {
<button class="btn danger big wide" name="do" value="block">
%             view_icon(out, "ban", 18);
{{T("Delete and block sender")}}</button>
%         }
%     }
</div></form>
<p class="muted">{{TF(T("Nothing happens until you choose. This link works until {day} and only for this message."), "day", view_day(r, v->until))}}</p>
% }
% if (done && v->listed) {
<p class="note">
%     view_icon(out, removed ? "ban" : "user-check", 18);
%     if (removed) {
<span>
%         ui_sentence(r, out, TF(T("{sender} is on your list of blocked senders now."), "sender", v->from_address));
</span>
%     } else {
<span>
%         ui_sentence(r, out, TF(T("{sender} is on your list of allowed senders now."), "sender", v->from_address));
</span>
%     }
</p>
% }
% if (removed || (done && v->listed)) {
<form method="post" action="{{url: v->path}}"><input type="hidden" name="form" value="{{v->form}}"><input type="hidden" name="lang" value="{{v->lang}}">
<button class="btn" name="do" value="undo">
%     view_icon(out, "undo-2", 18);
%     if (removed) {
{{T("Undo")}}
%     } else {
{{T("Take the sender off the list")}}
%     }
</button></form>
% }
% if (!choose) {
<p><a class="btn" href="/">{{T("Open my quarantine")}}</a></p>
% }
% t_part_help_contact(r, &v->help);
</div>
% t_layout_plain_end(r);
