#!/usr/bin/env bash
# Surprise: the PageIterator of Microsoft's Graph library for Python ends at the first page without an item, as a success, although that page has a link to
# the next one. Graph sends such pages, for delta queries above all: whoever compares the result with a list of people takes all the rest for leavers.
# Versions: msgraph-sdk 1.65.0, msgraph-core 1.5.2. (PageIterator of the JavaScript client 3.0.7 reads on.)
# Expected: Graph's page on paging says to follow @odata.nextLink until there is none, whatever a page holds.
# Source: seen by running; enumerate() says False for a page without items, and iterate() reads False as a request to stop.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; python3 -m venv v
./v/bin/pip -q install --disable-pip-version-check msgraph-sdk==1.65.0 msgraph-core==1.5.2
cat > ask.py <<'PY'
import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from kiota_abstractions.authentication.anonymous_authentication_provider import AnonymousAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph_core.tasks.page_iterator import PageIterator


async def people_of(pages):
    class Graph(BaseHTTPRequestHandler):
        def do_GET(self):
            at = int(self.path.rpartition("page")[2]) if "page" in self.path else 0
            here = f"http://127.0.0.1:{self.server.server_port}/users"
            link = {"@odata.nextLink": f"{here}/page{at + 1}"} if at + 1 < len(pages) else {"@odata.deltaLink": f"{here}/since"}
            body = json.dumps({"value": [{"id": name} for name in pages[at]], **link}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Graph)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    adapter = GraphRequestAdapter(AnonymousAuthenticationProvider())
    client = GraphServiceClient(request_adapter=adapter)
    adapter.base_url = f"http://127.0.0.1:{server.server_port}"
    seen = []
    await PageIterator(await client.users.delta.get(), adapter).iterate(lambda user: seen.append(user.id) or True)
    server.shutdown()
    return " ".join(seen) or "nobody"


print("; ".join([asyncio.run(people_of(pages)) for pages in ([["ann"], ["bob"]], [["ann"], [], ["bob"]], [[], ["ann"]])]))
PY
seen=$(./v/bin/python ask.py)
echo "two full pages; an empty one between them; an empty one before: $seen"
[ "$seen" = "ann bob; ann; nobody" ] || { echo "CHANGED: expected ann bob; ann; nobody"; exit 1; }
