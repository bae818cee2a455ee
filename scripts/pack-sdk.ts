import { spawnSync } from 'node:child_process'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

// Makes dist-sdk/, the core as a package of its own, and packs it: npm run pack:sdk [-- --pack-destination FOLDER].
// Versions of packages are those of the program, so that both are tested with the same ones.
const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist-sdk')

interface Manifest {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

const manifestIn = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest

const [own, sdk] = await Promise.all([manifestIn(root), manifestIn(join(root, 'src/sdk'))])
const other = (['dependencies', 'optionalDependencies'] as const).flatMap((kind) =>
  Object.entries(sdk[kind]).filter(([name, version]) => own[kind][name] !== version),
)
if (other.length > 0 || own.version !== sdk.version)
  throw new Error(
    `src/sdk/package.json differs from package.json in ${[...other.map(([name]) => name)].join(', ') || 'version'}`,
  )

await rm(dist, { recursive: true, force: true })
const run = (command: string, args: readonly string[], cwd: string): void => {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}`)
}
run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.sdk.json'], root)
await cp(join(root, 'proto'), join(dist, 'proto'), { recursive: true })
await cp(join(root, 'LICENSE'), join(dist, 'LICENSE'))
await cp(join(root, 'src/sdk/README.md'), join(dist, 'README.md'))
await writeFile(join(dist, 'package.json'), `${JSON.stringify(sdk, null, 2)}\n`)
// From the root, so that a folder that is given means what it means where it was typed.
run('npm', ['pack', dist, ...process.argv.slice(2)], root)
