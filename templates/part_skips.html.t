%args struct web_req *r
%include "ui.h"
% /* First in the body. The style sheet shows the last two only where their targets are. */
<a class="skip" href="#main">{{T("Skip to content")}}</a>
<a class="skip to-filters" href="#filters">{{T("Skip to filters")}}</a>
<a class="skip to-results" href="#results">{{T("Skip to results")}}</a>
