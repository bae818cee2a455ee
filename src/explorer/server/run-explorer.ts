import { once } from 'node:events'
import { resolve } from 'node:path'
import type { CommandCall } from '../../sdk/cli/command.ts'
import { readRules } from '../../readers/check/read-rules.ts'
import { withView } from '../../readers/commands/reading.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { createApp } from './app.ts'
import { CheckRuns } from './check-runs.ts'
import { cookieName } from './guard.ts'
import { Library } from './library.ts'
import { hostsOf, listen, placeOf, type PlaceSettings } from './listen.ts'
import { openBrowser } from './open-browser.ts'
import { pageFolder } from './page-folder.ts'
import type { RunPlaces } from './queries/runs.ts'
import { warmUp } from './warm-up.ts'

export interface ExplorerSettings extends PlaceSettings {
  readonly file: readonly string[]
  readonly dir: string | undefined
  readonly open: boolean
  readonly index: boolean
  readonly rules: readonly string[]
  readonly tag: readonly string[]
  readonly 'state-dir': string | undefined
  readonly 'scim-state': string | undefined
}

const DEFAULT_FILE = 'sync.c1z'
const TOKEN_BYTES = 24

/**
 * Serves the page until the program is told to stop. Exit code 0.
 *
 * Errors: as `findFiles`, `openFile`, `readRules`, `placeOf` and `listen`.
 */
export async function runExplorer(call: CommandCall, settings: ExplorerSettings): Promise<number> {
  const { process, stdout, stderr } = call
  const place = placeOf(settings)
  const rules = { names: settings.rules, cwd: process.cwd }
  // What is wrong with them is told here rather than on the page.
  if (rules.names.length > 0) readRules(rules.names, rules.cwd)
  using library = openLibrary(call, settings)
  const runs = settings['state-dir'] !== undefined || settings['scim-state'] !== undefined
  if (settings.index) await makeIndex(call, library)
  // A file that cannot be read is told here rather than on the page; beside a daemon it may come later.
  if (!runs) await library.ask(undefined, undefined, () => {})
  const page = await pageFolder((line) => stderr.write(line))
  const server = await listen(place)
  try {
    const random = (): string => Buffer.from(process.random(TOKEN_BYTES)).toString('base64url')
    const [token, session, csrf] = [random(), random(), random()]
    const hosts = hostsOf(place, server.port)
    const app = createApp({
      guard: {
        ...{ token, session, csrf, hosts, port: server.port },
        isSecure: place.tls !== undefined,
        trustsProxy: place.trustsProxy,
      },
      ...{ page, library, version: process.version, clock: process.clock, runs: placesOf(call, settings) },
      checks: new CheckRuns(library, process.clock, process.tempDir, rules),
      session: () => ({ version: process.version, csrf, runs, ...filesIn(library) }),
    })
    server.serve(app)
    const [host = ''] = hosts
    const url = `${place.tls ? 'https' : 'http'}://${host}/?token=${token}`
    stdout.write(`${url}\n`)
    stderr.write('Open this address in a browser. Ctrl-C ends the explorer.\n')
    void warmUp(app, library, { host, cookie: `${cookieName(server.port)}=${session}` }).catch(() => {})
    if (settings.open) openBrowser(url, (why) => stderr.write(`${why}\n`))
    if (!process.signal.aborted) await once(process.signal, 'abort')
  } finally {
    await server.close()
  }
  return 0
}

function placesOf({ process }: CommandCall, settings: ExplorerSettings): RunPlaces {
  const { 'state-dir': stateDir, 'scim-state': scimState } = settings
  const { cwd, clock } = process
  return {
    stateDir: stateDir === undefined ? undefined : resolve(cwd, stateDir),
    scimState: scimState === undefined ? undefined : resolve(cwd, scimState),
    ambient: { ...process, now: () => clock.now() },
  }
}

function openLibrary({ process }: CommandCall, { file, dir, tag }: ExplorerSettings): Library {
  if (dir !== undefined && file.length > 0)
    throw new ConnectorError('invalid-argument', 'open the explorer', 'give -f or --dir, not both')
  const names = file.length === 0 ? [DEFAULT_FILE] : file
  const { cwd, tempDir, clock, pid, uid } = process
  const jewels = tag.length > 0 ? { jewels: tag } : {}
  return new Library({ ...jewels, names, dir, cwd, tempDir, indexes: { now: () => clock.now(), pid, uid } })
}

/** Makes the index of the file that is shown first, where there is none. Errors: as `withView`. */
async function makeIndex(call: CommandCall, library: Library): Promise<void> {
  const [file] = library.files()
  if (file) await withView(file, { file: [], sync: undefined, output: 'json', index: true }, call, () => {})
}

function filesIn(library: Library) {
  try {
    return { files: library.infos() }
  } catch (error) {
    return { files: [], noFile: ConnectorError.from(error, 'read files').detail }
  }
}
