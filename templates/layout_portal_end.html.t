%args struct web_req *r
%include "ui.h"
</main>
<footer class="foot">
% if (r->session.shortcuts && ui_nav_current(r, "quarantine")) {
<p class="keys" hidden data-keys-help>
<span><kbd>J</kbd> <kbd>K</kbd> {{T("next, previous")}}</span>
<span><kbd>X</kbd> {{T("select")}}</span>
<span><kbd>Enter</kbd> {{T("open")}}</span>
<span><kbd>E</kbd> {{T("deliver")}}</span>
<span><kbd>#</kbd> {{T("delete")}}</span>
<span><kbd>/</kbd> {{T("search")}}</span>
</p>
% }
<p class="keys"><a href="/settings#zone">{{TF(T("Times: {zone}"), "zone", ui_zone_name(r))}}</a> <a href="{{url: view_path(r, "/keys", "back", ui_here(r), NULL)}}" data-confirm data-key="?">{{T("Keyboard shortcuts")}}</a> <a href="/help">{{T("Help")}}</a></p></footer>
</body>
</html>
