import { appendFileSync } from 'node:fs'

// Loaded into the measured process by --import: writes what it used, as its very last act.
const target = process.env['BENCH_USAGE_FILE']
process.on('exit', () => {
  if (target === undefined) return
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  appendFileSync(
    target,
    `${JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, maxRssBytes: maxRSS * 1024, aliveSeconds: performance.now() / 1000 })}\n`,
  )
})
