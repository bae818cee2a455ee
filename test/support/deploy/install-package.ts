import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const repository = resolve(import.meta.dirname, '../../..')

export interface InstalledPackage {
  /** An otherwise empty project in which the package is installed. */
  readonly folder: string
  /** Paths in the package. */
  readonly files: readonly string[]
}

/** Packs this checkout as it would be published and installs the result as a user would. Needs the package registry. */
export async function installPackage(folder: string): Promise<InstalledPackage> {
  // The settings that npm hands on to what it runs would lead the inner npm to this checkout.
  const outer = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))
  const env = { ...Object.fromEntries(outer), PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` }
  const npm = async (cwd: string, ...args: readonly string[]): Promise<string> =>
    (await run('npm', [...args], { cwd, env, maxBuffer: 16 * 1024 * 1024 })).stdout

  const packed = await npm(repository, 'pack', '--json', '--pack-destination', folder)
  const [{ filename, files }] = JSON.parse(packed) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ]
  const project = join(folder, 'project')
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{ "name": "project", "private": true }\n')
  await npm(project, 'install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', join(folder, filename))
  return { folder: project, files: files.map(({ path }) => path) }
}
