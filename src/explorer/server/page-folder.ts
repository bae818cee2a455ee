import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ConnectorError } from '../../sdk/ground/errors.ts'

const root = join(import.meta.dirname, '../../..')
const sources = join(root, 'src/explorer/page')
const built = join(root, 'node_modules/.cache/explorer')

/**
 * Folder of the built page: in a package beside this file; in a checkout built on the first use, and again after the page's sources changed.
 *
 * Errors: `failed-precondition` where a checkout cannot build it.
 */
export async function pageFolder(tell: (line: string) => void): Promise<string> {
  if (!import.meta.filename.endsWith('.ts')) return join(import.meta.dirname, '../page')
  if (isFresh()) return built
  tell('building the page, once…\n')
  const build = spawn(process.execPath, [join(root, 'scripts/build-explorer.ts'), built], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(build, 'exit')) as [number | null]
  if (code !== 0)
    throw new ConnectorError(
      'failed-precondition',
      'build the page',
      'it could not be built; run npm ci, which installs what builds it',
    )
  return built
}

function isFresh(): boolean {
  const index = join(built, 'index.html')
  if (!existsSync(index)) return false
  const { mtimeMs } = statSync(index)
  return globSync('**/*', { cwd: sources }).every((name) => statSync(join(sources, name)).mtimeMs <= mtimeMs)
}
