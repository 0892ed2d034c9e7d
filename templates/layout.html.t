%args struct web_req *r, const char *title
%include "ui.h"
% /* The head of every page, called by the three frames. How to write a page:                        */
% /*                                                                                                 */
% /*   %args struct web_req *r, const struct pg_x_view *v                                            */
% /*   %include "pages/pg_x.h"                                                                       */
% /*   % t_layout_admin_begin(r, T("Domains"));          or t_layout_portal_begin(r, title, held)     */
% /*   <div class="head"><div class="head-text"><h1>{{T("Domains")}}</h1><p>...</p></div>             */
% /*     <div class="btns"><a class="btn primary" href="/domains/add">...</a></div></div>            */
% /*   <div class="card"> ... </div>                                                                 */
% /*   % t_layout_admin_end(r);                                                                      */
% /*                                                                                                 */
% /* The frames bring skip link, navigation, message bar (with Undo) and error summary. Sign-in,       */
% /* set-up and error pages use t_layout_plain_begin(r, title) / t_layout_plain_end(r).               */
% /* A form with id="filters" and a table with id="results" get skip links of their own.              */
% /* Parts (structs in ui.h):                                                                        */
% /*   t_part_field(r, &(struct ui_field){.name = "name", .label = T("Name"), .value = v->name})      */
% /*   t_part_pager(r, &v->pager)        foot of a list card: Newer, Older                            */
% /*   t_part_empty(r, &(struct ui_empty){.icon = "inbox", .title = T("..."), .text = T("...")})     */
% /*   t_part_badge(r, "ok", "check", T("Delivered"))    tone: danger warn ok info violet or ""       */
% /*   t_part_kind(r, kind)              badge of a kind of held mail                                 */
% /*   t_part_crumbs(r, "/domains", T("Domains"), v->name)                                            */
% /* Forms: <form method="post" action="..." novalidate>, view_csrf(r, out), fields in               */
% /* <div class="fields">. Tables: <table class="list"> with a caption (class vh), th scope=col; the   */
% /* cells of second rank carry data-label, which phones show; time cells class c-when, numbers c-end, */
% /* the row's link class row-link, buttons in <td class="c-act"><span class="acts">.                  */
% /* Facts: ul.facts; time line: ol.line with span.dot; pairs: dl.pairs; two columns: div.columns.     */
% bool compact = r->session.row_height && !strcmp(r->session.row_height, "compact");
% bool comfortable = r->session.row_height && !strcmp(r->session.row_height, "comfortable");
<!DOCTYPE html>
<html lang="{{r->lang}}" dir="{{ui_dir(r->lang)}}" data-theme="{{r->session.theme ? r->session.theme : "system"}}"{{? compact: data-rows="compact"}}{{? comfortable: data-rows="comfortable"}}>
<head>
<meta charset="utf-8">
% if (ui_has_errors(r)) {
<title>{{TF(T("Error: {title}"), "title", title)}} - Sekisho</title>
% } else {
<title>{{title}} - Sekisho</title>
% }
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="stylesheet" href="{{url: view_asset("style.css")}}">
<link rel="icon" type="image/svg+xml" href="{{url: view_asset("mark.svg")}}">
<script type="module" src="{{url: view_asset("app.js")}}"></script>
</head>
