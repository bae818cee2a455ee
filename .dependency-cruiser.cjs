/** Who may import whom. The reasons are in docs/decisions/0009-house.md. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} imports nothing but ${allowed.join(', ')}`,
  from: { path: `^src/${from}/` },
  to: {
    path: '^(src|cmd|test|bench|scripts)/',
    pathNot: [`^src/${from}/`, ...allowed.map((p) => `^src/${p}`)],
  },
})

const packages = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} uses no package but ${allowed.join(', ') || 'none'}`,
  from: { path: from },
  to: {
    dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown'],
    pathNot: allowed.map((p) => `node_modules/${p}/`),
  },
})

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'wall',
      severity: 'error',
      comment: 'src/sdk is what a connector needs that is not Twingate: it imports nothing outside itself',
      from: { path: '^src/sdk/' },
      to: { path: '^(src|cmd|test|bench|scripts)/', pathNot: '^src/sdk/' },
    },
    only('ground-imports-nothing', 'sdk/ground', []),
    only('model-on-the-ground', 'sdk/model', ['sdk/ground/']),
    only('contract-knows-the-model', 'sdk/contract', ['sdk/(ground|model)/']),
    only('http-on-the-ground', 'sdk/http', ['sdk/(ground|pacing)/']),
    only('pacing-knows-the-contract', 'sdk/pacing', ['sdk/(ground|contract)/']),
    only('sync-is-the-engine', 'sdk/sync', ['sdk/(ground|model|contract|pacing)/']),
    only('provision-is-the-engine', 'sdk/provision', ['sdk/(ground|model|contract|pacing)/']),
    only('wire-knows-the-model', 'sdk/wire', ['sdk/(ground|model|contract)/', 'sdk/service/']),
    only('snapshot-implements-the-store', 'sdk/snapshot', ['sdk/(ground|model|contract|wire|sync)/']),
    only('service-knows-the-engines', 'sdk/service', [
      'sdk/(ground|model|contract|pacing|http|text|wire|sync|provision)/',
    ]),
    only('twingate-is-the-api', 'twingate', ['sdk/']),
    only('resources-use-the-api', 'resources', ['sdk/', 'twingate/']),
    only('connector-puts-it-together', 'connector', [
      'sdk/',
      'twingate/',
      'resources/',
      // Accounts of an identity provider go over SCIM, where a setting says so.
      'scim/(accounts|config/addresses|target/(open-target|profile|target-url))\\.ts',
    ]),
    only('commands-change-twingate', 'commands', ['sdk/', 'twingate/', 'resources/', 'connector/']),
    only('scim-knows-the-sdk', 'scim', ['sdk/']),
    only('readers-know-the-sdk', 'readers', ['sdk/']),
    only('explorer-asks-the-readers', 'explorer/server', ['sdk/', 'readers/', 'scim/(state|commands/status)']),
    // The page has the server's types alone: nothing of it is loaded into the browser.
    only('page-knows-the-server', 'explorer/page', ['explorer/server/(app|answers|answers-work)\\.ts']),
    {
      name: 'page-takes-types-alone',
      severity: 'error',
      from: { path: '^src/explorer/page/' },
      to: { path: '^src/explorer/server/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'scim-target-knows-no-source',
      severity: 'error',
      from: { path: '^src/scim/(target|map|scope)/' },
      to: { path: '^src/scim/(source|sources|state|plan|act|cycle|commands)' },
    },
    {
      name: 'scim-source-knows-no-target',
      severity: 'error',
      from: { path: '^src/scim/sources/(?!scim)' },
      to: { path: '^src/scim/(target|state|plan|act|cycle|commands)/' },
    },
    packages('scim-packages', '^src/scim/', ['jose', 'ldapts', 'nodemailer', 'prom-client', 'yaml', 'zod']),
    packages('readers-packages', '^src/readers/', ['chart.js', 'hyparquet-writer', 'yaml', 'yazl', 'zod']),
    packages('explorer-packages', '^src/explorer/server/', ['hono', '@hono/node-server', 'zod']),
    packages('page-packages', '^src/explorer/page/', ['preact', 'hono', 'cytoscape', 'uplot']),
    packages('engine-packages', '^src/sdk/(ground|model|contract|text|http|provision|sync|snapshot|testing)/', []),
    packages('pacing-packages', '^src/sdk/pacing/', ['p-retry']),
    packages('wire-packages', '^src/sdk/wire/', ['protobufjs', 'zod']),
    packages('service-packages', '^src/sdk/service/', ['@grpc/grpc-js', 'protobufjs', 'jose', 'prom-client', 'zod']),
    packages('settings-packages', '^src/sdk/settings/', ['yaml', 'zod']),
    packages('cli-packages', '^src/sdk/cli/(?!log/tracing)', ['csv-parse', 'pino', 'yaml', 'zod']),
    // The packages of OpenTelemetry are optional: only what is loaded with a collector may use them; types come from anywhere.
    packages('tracing-packages', '^src/sdk/cli/log/tracing', ['@grpc/grpc-js', '@opentelemetry/[^/]+']),
    packages('twingate-packages', '^src/(twingate|resources|connector)/', ['zod', 'graphql', 'graphql-request']),
    packages('commands-packages', '^src/commands/', ['zod']),
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      comment: 'what serves the tests of connectors is no part of a program',
      from: { path: '^(src|cmd)/', pathNot: '^src/sdk/testing/' },
      to: { path: '^src/sdk/testing/' },
    },
    {
      name: 'src-does-not-import-tests',
      severity: 'error',
      from: { path: '^(src|cmd)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'test-doors-know-no-test',
      severity: 'error',
      comment: 'the tenant, the platform, the judges and the stand-ins serve all tests',
      from: { path: '^test/(tenant|platform|judges|terraform|support)/', pathNot: '[.]test[.]ts$' },
      to: { path: '^test/(unit|e2e|conformance|deploy|scim|faults)/' },
    },
    {
      name: 'engine-has-no-io',
      severity: 'error',
      from: { path: '^src/sdk/(ground|model|contract|text|pacing|sync|provision|wire/rows)/' },
      to: { path: '^(node:)?(fs|http|https|net|child_process|sqlite|zlib)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
    },
  },
}
