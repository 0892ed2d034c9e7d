%args struct web_req *r, const char *sender
% t_layout_admin_begin(r, T("Delete this rule?"));
<div class="card"><form data-question class="card-form" method="post" action="/connection/reverse-dns/delete">
% view_csrf(r, out);
<input type="hidden" name="sender" value="{{sender}}">
<h1 id="question">{{T("Delete this rule?")}}</h1>
<p>{{TF(T("Senders in {domain} then go by the next rule that fits."), "domain", sender)}}</p>
<div class="btns"><button class="btn danger primary">{{T("Delete this rule")}}</button><a class="btn" data-cancel href="/connection/reverse-dns">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
