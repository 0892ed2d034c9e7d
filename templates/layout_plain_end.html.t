%args struct web_req *r
%include "ui.h"
</main>
% if (r->surface == SURFACE_PORTAL) {
<footer class="foot"><p class="keys"><a href="/help">{{T("Help")}}</a></p></footer>
% }
</body>
</html>
