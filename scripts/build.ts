import { spawnSync } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'

// Makes dist/: the program as JavaScript, with the files that it reads beside it. The folders are those of the sources, so that relative paths hold.
const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
await rm(dist, { recursive: true, force: true })
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
  { cwd: root, stdio: 'inherit' },
)
if (status === 0) {
  for (const folder of ['proto', 'src/readers/report/page'])
    await cp(join(root, folder), join(dist, folder), { recursive: true })
  const page = spawnSync(process.execPath, [join(root, 'scripts/build-explorer.ts')], { cwd: root, stdio: 'inherit' })
  process.exitCode = page.status ?? 1
} else process.exitCode = status ?? 1
