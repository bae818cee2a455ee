#!/usr/bin/env bash
# Surprise: scimmy-routers on Express 5 starts without a warning, filters as before, and ignores startIndex and count: every page is the whole list, so
# that a client which asks for pages of two and advances by two reads everybody again on each page.
# Versions: scimmy 1.3.5, scimmy-routers 1.3.2, express 5.1.0 (beside express 4.21.2, where both work).
# Expected: the same pages on both; the peer range of scimmy-routers (express >= 4.18) allows Express 5.
# Source: seen by running; Express 5 makes req.query a getter (its migration guide), so what a middleware assigns to it is lost.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cat > "$work/try.mjs" <<'JS'
import express from 'express'
import SCIMMY from 'scimmy'
import { SCIMMYRouters } from 'scimmy-routers'
const users = Array.from({ length: 5 }, (_, n) => ({ id: `u${n}`, userName: `person${n}@example.com` }))
SCIMMY.Resources.declare(SCIMMY.Resources.User)
  .ingress(() => undefined).degress(() => undefined)
  .egress((resource) => (resource.id ? users.find(({ id }) => id === resource.id) : (resource.filter?.match(users) ?? users)))
const app = express()
app.use('/scim', new SCIMMYRouters({ type: 'bearer', handler: () => 'tester' }))
const server = app.listen(0, '127.0.0.1', async () => {
  const ask = async (query) => {
    const answer = await fetch(`http://127.0.0.1:${server.address().port}/scim/Users?${query}`, { headers: { authorization: 'Bearer x' } })
    return ((await answer.json()).Resources ?? []).map(({ userName }) => userName)
  }
  const page = await ask('startIndex=2&count=2')
  const filtered = await ask(`filter=${encodeURIComponent('userName eq "person3@example.com"')}`)
  console.log(JSON.stringify({ page: page.length, filtered: filtered.length }))
  server.close(); server.closeAllConnections()
})
JS
run() {
  mkdir -p "$work/$1"; cp "$work/try.mjs" "$work/$1/"; cd "$work/$1"
  npm init -y >/dev/null; npm i --no-audit --no-fund --silent --save-exact scimmy@1.3.5 scimmy-routers@1.3.2 "express@$1" >/dev/null
  node try.mjs
}
four=$(run 4.21.2); five=$(run 5.1.0)
echo "express 4.21.2: $four"; echo "express 5.1.0:  $five"
[ "$four" = '{"page":2,"filtered":1}' ] || { echo "CHANGED: on Express 4 paging and filter do not work as before"; exit 1; }
[ "$five" = '{"page":5,"filtered":1}' ] || { echo "CHANGED: on Express 5 pages are as asked for now"; exit 1; }
