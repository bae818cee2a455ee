#!/usr/bin/env bash
# Surprise: Node's zstdDecompress gives the first frame of several, without an error, and nothing at all where a skippable frame comes first. The gunzip of the
# same module reads every member of a gzip file. A snapshot written in several frames, by a parallel compressor or by appending, is cut short in silence.
# Versions: Node 24.17.0 (from npm), beside fzstd 0.1.1, which reads them all.
# Expected: RFC 8878 §3: zstd data is one or more frames, decompressed to the concatenation of their contents, and skippable frames are passed over.
# Source: seen by running.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; npm init -y >/dev/null
npm i --no-audit --no-fund --silent --save-exact node@24.17.0 fzstd@0.1.1 >/dev/null
cat > try.mjs <<'JS'
import { decompress } from 'fzstd'
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
const words = ['users ', 'grants'].map((text) => Buffer.from(text))
const frames = Buffer.concat(words.map((text) => zstdCompressSync(text)))
const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7])
const seen = [
  gunzipSync(Buffer.concat(words.map((text) => gzipSync(text)))),
  decompress(frames),
  zstdDecompressSync(frames),
  zstdDecompressSync(Buffer.concat([skippable, frames])),
]
console.log(seen.map((bytes) => `[${Buffer.from(bytes)}]`).join(' '))
JS
seen=$(./node_modules/.bin/node try.mjs)
echo "gunzip of two members, fzstd of two frames, node of two frames, node with a skippable frame before them: $seen"
[ "$seen" = "[users grants] [users grants] [users ] []" ] || { echo "CHANGED: expected the first frame alone, then nothing"; exit 1; }
