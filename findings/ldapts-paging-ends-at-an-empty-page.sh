#!/usr/bin/env bash
# Surprise: the paged search of ldapts ends as a success at the first page that holds no entry, although the server's cookie says that there is
# more. Samba AD sends such pages when entries are deleted between two pages; a program that compares it with a list of people treats the rest as leavers.
# Versions: ldapts 9.2.0 against a server on ldapjs 3.0.7, people invented.
# Expected: RFC 2696 §3: the end is an empty cookie, and a page may hold fewer entries than asked for, also none.
# Source: seen by running.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; npm init -y >/dev/null
npm i --no-audit --no-fund --silent --save-exact ldapts@9.2.0 ldapjs@3.0.7 >/dev/null 2>&1
cat > try.mjs <<'JS'
import ldap from 'ldapjs'
import { Client } from 'ldapts'
const pages = [['ann', 'bob'], [], ['cyd', 'dan']]
const server = ldap.createServer()
server.bind('cn=reader', (request, response, next) => { response.end(); return next() })
server.search('dc=example', (request, response, next) => {
  const control = request.controls.find(({ type }) => type === '1.2.840.113556.1.4.319')
  const at = Number(String(control?.value?.cookie ?? '') || 0)
  for (const uid of pages[at] ?? [])
    response.send({ dn: `uid=${uid},dc=example`, attributes: { objectclass: ['person'], uid: [uid] } })
  const more = at + 1 < pages.length ? String(at + 1) : ''
  response.controls.push(new ldap.PagedResultsControl({ value: { size: 0, cookie: Buffer.from(more) } }))
  response.end()
  return next()
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const client = new Client({ url: `ldap://127.0.0.1:${server.port}` })
await client.bind('cn=reader', 'x')
const { searchEntries } = await client.search('dc=example', { scope: 'sub', filter: '(objectclass=person)', paged: { pageSize: 2 } })
console.log(searchEntries.map(({ uid }) => uid).join(' '))
await client.unbind(); server.close()
JS
seen=$(timeout 30 node --no-deprecation try.mjs); echo "of ann bob (empty page) cyd dan it found: $seen"
[ "$seen" = "ann bob" ] || { echo "CHANGED: expected ann bob"; exit 1; }
