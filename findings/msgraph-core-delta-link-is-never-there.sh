#!/usr/bin/env bash
# Surprise: after a complete iteration of a delta query, PageIterator.delta_link is an empty string, although the last page had the link: with objects of the
# SDK it asks for an attribute by its JSON name, which no object has, and it looks at the first page alone. A watermark kept from it is empty, so that each
# "changes since" is a full read, or none.
# Versions: msgraph-sdk 1.65.0, msgraph-core 1.5.2. (getDeltaLink of the JavaScript client 3.0.7 has the link of the last page.)
# Expected: the link of the last page, as the name of the property says.
# Source: seen by running.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; python3 -m venv v
./v/bin/pip -q install --disable-pip-version-check msgraph-sdk==1.65.0 msgraph-core==1.5.2
cat > ask.py <<'PY'
import asyncio

from kiota_abstractions.authentication.anonymous_authentication_provider import AnonymousAuthenticationProvider
from msgraph import GraphRequestAdapter
from msgraph.generated.models.user import User
from msgraph.generated.users.delta.delta_get_response import DeltaGetResponse
from msgraph_core.tasks.page_iterator import PageIterator


async def main():
    only = DeltaGetResponse(value=[User(id="ann")], odata_delta_link="http://127.0.0.1/users/since")
    seen = []
    iterator = PageIterator(only, GraphRequestAdapter(AnonymousAuthenticationProvider()))
    await iterator.iterate(lambda user: seen.append(user.id) or True)
    print(f"{seen} {only.odata_delta_link.rpartition('/')[2]!r} {iterator.delta_link!r}")


asyncio.run(main())
PY
seen=$(./v/bin/python ask.py); echo "read, link of the page, link of the iterator: $seen"
[ "$seen" = "['ann'] 'since' ''" ] || { echo "CHANGED: expected an empty link of the iterator"; exit 1; }
