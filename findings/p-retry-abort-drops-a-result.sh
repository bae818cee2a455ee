#!/usr/bin/env bash
# Surprise: where the signal aborts while an attempt is running and that attempt then succeeds, p-retry throws away its result and rejects with the
# abort reason. A payment or a grant that was made is reported as stopped.
# Versions: p-retry 9.0.0.
# Expected: an attempt that succeeded decides; the signal stops waits and further attempts.
# Source: seen by running.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; npm init -y >/dev/null
npm i --no-audit --no-fund --silent --save-exact p-retry@9.0.0 >/dev/null
cat > try.mjs <<'JS'
import pRetry from 'p-retry'
const stop = new AbortController()
const seen = await pRetry(async () => { stop.abort(new Error('told to stop')); return 'made' }, { signal: stop.signal })
  .catch((error) => `rejected: ${error.message}`)
console.log(seen)
JS
seen=$(node try.mjs); echo "an attempt that made its change while the signal aborted: $seen"
[ "$seen" = "rejected: told to stop" ] || { echo "CHANGED: expected a rejection"; exit 1; }
