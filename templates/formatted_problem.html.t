%args struct web_req *r, const char *sentence
% /* Inside of the frame, in place of the message: no style sheet and no script reach it. */
<!doctype html><html lang="{{r->lang}}"><head><meta charset="utf-8"><title>{{T("Formatted")}}</title></head><body><p>{{sentence}}</p></body></html>
