#!/usr/bin/env node
'use strict'
// What npx and the installed command start. Syntax that every Node reads, so that one which is too old can be told so in a sentence.
const { engines } = require('../../package.json')

const needed = engines.node.replace('>=', '')
const [major, minor] = process.versions.node.split('.').map(Number)
const [neededMajor, neededMinor] = needed.split('.').map(Number)

if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) {
  const { existsSync } = require('node:fs')
  const { join } = require('node:path')
  // A checkout runs from its sources. A package holds what was built from them: Node strips no types under node_modules.
  const fromSources = existsSync(join(__dirname, 'main.ts'))
  void import(fromSources ? './main.ts' : '../../dist/cmd/baton-twingate/main.js')
} else {
  const own = process.versions.node
  process.stderr.write(`baton-twingate: it needs Node ${needed} or newer, and this is ${own}: install a newer Node\n`)
  process.exitCode = 9
}
