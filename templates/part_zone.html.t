%args struct web_req *r
%include "ui.h"
% /* Offers the time zone of the browser, once (ux.md 4.11). Only a script knows it: it fills in and shows this where it differs. */
% /* Not beside a form that was sent: what it holds would be gone. */
% if (r->session.ask_zone && r->method == M_GET) {
<form class="note zone-offer" method="post" action="/settings" hidden data-zone="{{r->tz}}">
%     view_csrf(r, out);
<input type="hidden" name="card" value="zone"><input type="hidden" name="back" value="{{ui_here(r)}}">
%     view_icon(out, "clock", 18);
<p data-text="{{T("Your browser says {zone}. Use it for times?")}}"></p>
<span class="btns"><button class="btn" name="tz" data-yes>{{T("Use it")}}</button>
<button class="btn quiet" name="tz" value="organisation">{{TF(T("Keep {zone}"), "zone", ui_zone_name(r))}}</button></span>
</form>
% }
