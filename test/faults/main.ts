import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { carryOut, type Result } from './experiment.ts'
import { experiments } from './experiments.ts'

// Repeats every experiment with seeds that follow each other, and prints a table; ends with 1 where a promise did not hold.
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string' },
    only: { type: 'string' },
  },
})
const seed = Number(values.seed)
const results: Result[] = []
for (const experiment of experiments) {
  if (values.only !== undefined && !experiment.name.includes(values.only)) continue
  if (experiment.impossible !== undefined) {
    console.log(`${experiment.name}: left out, ${experiment.impossible}`)
    continue
  }
  const runs = values.runs === undefined ? experiment.runs : Math.min(experiment.runs, Number(values.runs))
  const result = await carryOut(experiment, seed, runs)
  results.push(result)
  console.log(row(result))
  for (const line of result.broken) console.log(`  ${line}`)
}
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, seeds from ${seed}`)
process.exitCode = results.some(({ broken }) => broken.length > 0) || results.length === 0 ? 1 : 0

function row({ name, runs, endings, broken, seconds }: Result): string {
  const counts = [...endings].sort(([, a], [, b]) => b - a).map(([ending, count]) => `${count} ${ending}`)
  return `| ${name} | ${runs} | ${counts.join('; ')} | ${broken.length} | ${seconds} s |`
}
