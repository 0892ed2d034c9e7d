%args struct web_req *r
</main>
</body>
</html>
