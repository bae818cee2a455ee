#!/usr/bin/env bash
# Surprise: in the text of a filter, ldapts takes each escaped byte for a letter of its own and then encodes that letter in UTF-8: `\c3\89`, the escaped form of É
# that RFC 4515 shows and that other tools print, goes out as four bytes, and an escaped objectGUID as other bytes. The search succeeds and finds nobody.
# Versions: ldapts 9.2.0 against a server on ldapjs 3.0.7.
# Expected: RFC 4515 §3: \c3\89 is two bytes of the value, as É itself is. A filter that is built of objects has no such trouble.
# Source: seen by running.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; npm init -y >/dev/null
npm i --no-audit --no-fund --silent --save-exact ldapts@9.2.0 ldapjs@3.0.7 >/dev/null 2>&1
cat > try.mjs <<'JS'
import ldap from 'ldapjs'
import { Client } from 'ldapts'
const asked = []
const server = ldap.createServer()
server.bind('cn=reader', (request, response, next) => { response.end(); return next() })
server.search('dc=example', (request, response, next) => { asked.push(request.filter.toString()); response.end(); return next() })
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const client = new Client({ url: `ldap://127.0.0.1:${server.address().port}` })
await client.bind('cn=reader', 'secret')
for (const filter of ['(cn=Éva)', '(cn=\\c3\\89va)']) await client.search('dc=example', { filter })
console.log(asked.join(' '))
await client.unbind(); server.close()
JS
seen=$(node try.mjs); echo "what the server was asked for, by the letter and by its escapes: $seen"
[ "$seen" = '(cn=\c3\89va) (cn=\c3\83\c2\89va)' ] || { echo "CHANGED: expected the second to be four bytes"; exit 1; }
