/** Who may import whom. The reasons are in docs/decisions/0001-layout.md. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} imports nothing but ${allowed.join(', ')}`,
  from: { path: `^src/${from}/` },
  to: {
    path: '^(src|cmd|test|bench|scripts)/',
    pathNot: [`^src/${from}/`, ...allowed].map((p) => (p.startsWith('^') ? p : `^src/${p}`)),
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
    only('sdk-stands-alone', 'sdk', []),
    only('sync-knows-the-sdk', 'sync', ['sdk/']),
    only('codec-knows-the-model', 'codec', ['sdk/']),
    only('snapshot-implements-the-store', 'snapshot', ['sdk/', 'codec/', 'sync/store.ts']),
    only('provision-knows-the-sdk', 'provision', ['sdk/']),
    only('resources-use-the-connector', 'resources', ['sdk/', 'connector/']),
    {
      name: 'resources-do-not-put-the-connector-together',
      severity: 'error',
      comment: 'a resource gets its client from outside; addresses, settings and transport are not its business',
      from: { path: '^src/resources/' },
      to: { path: '^src/(connector/(twingate|describe|endpoint|config|references)|sdk/http/transport)\\.ts' },
    },
    only('connector-is-not-the-engine', 'connector', ['sdk/', 'resources/registry.ts']),
    only('daemon-knows-the-engine', 'daemon', ['sdk/', 'sync/', 'provision/']),
    only('cli-does-not-reach-into-resources', 'cli', [
      'sdk/',
      'daemon/',
      'sync/',
      'snapshot/',
      'provision/',
      'connector/',
      // Accounts of an identity provider go over SCIM, where a setting says so.
      'scim/(accounts|config/addresses|target/(open-target|profile|target-url))\\.ts',
      'resources/registry.ts',
      // Renaming is offered to people only; no contract of the platform has it.
      'resources/group-rename.ts',
    ]),
    // A snapshot of any Baton connector is one of the sources.
    only('scim-knows-the-sdk', 'scim', ['sdk/', 'snapshot/', 'codec/']),
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
    packages('sdk-packages', '^src/sdk/', ['p-retry']),
    packages('provision-packages', '^src/provision/', []),
    packages('sync-packages', '^src/sync/', []),
    packages('codec-packages', '^src/codec/', []),
    packages('snapshot-packages', '^src/snapshot/', []),
    packages('resources-packages', '^src/resources/', ['zod']),
    packages('connector-packages', '^src/connector/', ['zod']),
    packages('daemon-packages', '^src/daemon/', ['@grpc/grpc-js', 'protobufjs', 'jose', 'prom-client', 'zod']),
    packages('cli-packages', '^src/cli/(?!tracing)', ['pino', 'yaml', 'zod']),
    // The packages of OpenTelemetry are optional: only what is loaded with a collector may use them; types come from anywhere.
    packages('tracing-packages', '^src/cli/tracing', ['@grpc/grpc-js', '@opentelemetry/[^/]+']),
    {
      name: 'src-does-not-import-tests',
      severity: 'error',
      from: { path: '^(src|cmd)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'sdk-has-no-io',
      severity: 'error',
      from: { path: '^src/(sdk|sync|codec|provision)/', pathNot: '^src/sdk/(http|health)/' },
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
      extensions: ['.ts', '.js'],
    },
  },
}
