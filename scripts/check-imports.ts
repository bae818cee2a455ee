import { spawnSync } from 'node:child_process'

/** Runs dependency-cruiser and fails also when it looked at too little: it reports success on zero modules. */
const { stdout, stderr } = spawnSync(
  process.execPath,
  [
    'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    'src',
    'cmd',
    'test',
  ],
  { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
)
if (stdout === '') throw new Error(`dependency-cruiser gave no answer: ${stderr}`)

interface Report {
  readonly summary: {
    readonly totalCruised: number
    readonly totalDependenciesCruised: number
    readonly violations: readonly {
      readonly from: string
      readonly to: string
      readonly rule: { readonly name: string }
    }[]
  }
}

const { summary } = JSON.parse(stdout) as Report
for (const { from, to, rule } of summary.violations) console.error(`${rule.name}: ${from} imports ${to}`)
if (summary.totalCruised < 50 || summary.totalDependenciesCruised < 100)
  console.error(`looked at ${summary.totalCruised} modules only: the check itself is broken`)
else if (summary.violations.length === 0) {
  console.log(`import directions hold: ${summary.totalCruised} modules, ${summary.totalDependenciesCruised} imports`)
  process.exit(0)
}
process.exit(1)
