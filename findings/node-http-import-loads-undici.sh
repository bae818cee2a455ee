#!/usr/bin/env bash
# Surprise: `import { request } from 'node:http'` loads undici, some 110 internal modules instead of 40, and costs three to four times the memory of
# `require('node:http')` (17 MB instead of 4) and most of a tenth of a second of CPU. An ES import of a built-in reads all of its exports, and WebSocket, CloseEvent and
# MessageEvent of node:http are getters that load undici when they are read. One name is asked for, all are paid for. node:https has no such exports.
# Versions: Node 24.21.0 (from npm).
# Expected: a named import of a built-in costs what require costs.
# Source: seen by running; process.getBuiltinModule('node:http') is the way around for ES modules.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; npm init -y >/dev/null
npm i --no-audit --no-fund --silent --save-exact node@24.21.0 >/dev/null
cat > try.mjs <<'JS'
const [how] = process.argv.slice(2)
const before = { rss: process.memoryUsage.rss(), modules: process.moduleLoadList.length }
const ways = {
  'import of node:http': () => import('node:http'),
  'getBuiltinModule of node:http': () => process.getBuiltinModule('node:http'),
  'import of node:https': () => import('node:https'),
}
await ways[how]()
const undici = process.moduleLoadList.some((name) => name.includes('undici'))
const megabytes = ((process.memoryUsage.rss() - before.rss) / 1e6).toFixed(0)
console.error(`${how}: ${process.moduleLoadList.length - before.modules} modules, about ${megabytes} MB`)
console.log(`${how}: ${undici ? 'with' : 'without'} undici`)
JS
seen=$(for how in 'import of node:http' 'getBuiltinModule of node:http' 'import of node:https'; do ./node_modules/.bin/node try.mjs "$how"; done)
echo "$seen"
[ "$seen" = "import of node:http: with undici
getBuiltinModule of node:http: without undici
import of node:https: without undici" ] || { echo "CHANGED: expected undici with the import of node:http alone"; exit 1; }
