%args struct web_req *r, const char *id
% /* On a domain's page: who may write to it, and from where its own mail may come. */
<nav class="card card-body btns" aria-label="{{T("Valid recipients and outbound servers")}}"><a class="btn" href="{{url: arena_printf(r->a, "/domains/%s/recipients", id)}}">
% view_icon(out, "users", 18);
{{T("Valid recipients")}}</a><a class="btn" href="{{url: arena_printf(r->a, "/domains/%s/outbound", id)}}">
% view_icon(out, "send", 18);
{{T("Outbound servers")}}</a></nav>
