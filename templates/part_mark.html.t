%args struct web_req *r
<img src="{{url: view_asset("mark.svg")}}" alt="" width="28" height="28">
