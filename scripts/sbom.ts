import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Prints the bill of materials of what runs, as CycloneDX. npm's own `--omit=dev` also leaves out packages that run when a development
// package may use them, too; so it is asked about a manifest that has none, in a folder whose name becomes the component's.
const root = join(import.meta.dirname, '..')
const folder = await mkdtemp(join(tmpdir(), 'sbom-'))
const project = join(folder, 'baton-twingate')
try {
  await mkdir(project)
  for (const name of ['package.json', 'package-lock.json']) await cp(join(root, name), join(project, name))
  npm('pkg', 'delete', 'devDependencies')
  npm('install', '--package-lock-only', '--offline', '--no-audit', '--no-fund', '--ignore-scripts')
  process.stdout.write(npm('sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'))
} finally {
  await rm(folder, { recursive: true, force: true })
}

function npm(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: project, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm ${args.join(' ')}: ${stderr}`)
  return stdout
}
