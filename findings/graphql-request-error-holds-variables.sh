#!/usr/bin/env bash
# Surprise: the message of graphql-request's ClientError is not the server's sentence alone: it holds the whole answer and the whole request, query
# and variables, as JSON. Whoever logs error.message of a failed log-in or invitation writes passwords and addresses to the log.
# Versions: graphql-request 7.4.0, graphql 16.15.0.
# Expected: a message with the server's words; the request as a property at most.
# Source: seen by running.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; npm init -y >/dev/null
npm i --no-audit --no-fund --silent --save-exact graphql-request@7.4.0 graphql@16.15.0 >/dev/null
cat > try.mjs <<'JS'
import { createServer } from 'node:http'
import { request } from 'graphql-request'
const server = createServer((incoming, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ data: null, errors: [{ message: 'wrong pass phrase' }] }))
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const error = await request(`http://127.0.0.1:${server.address().port}/`, 'mutation M($phrase: String!) { logIn(phrase: $phrase) }', { phrase: 'plum-river-7' }).catch((caught) => caught)
console.log(error.message.includes('plum-river-7') ? 'variables in the message' : 'no variables in the message')
console.log(`message begins: ${error.message.slice(0, 60)}`)
server.close(); server.closeAllConnections()
JS
seen=$(node try.mjs); echo "$seen"
grep -q '^variables in the message$' <<<"$seen" || { echo "CHANGED: the variables are not in the message any more"; exit 1; }
