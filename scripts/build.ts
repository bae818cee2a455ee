import { spawnSync } from 'node:child_process'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type ChunkingContext, type Plugin, rolldown } from 'rolldown'

// Makes dist/: the program as JavaScript in few files, with the files that it reads beside it. `npm run check:types` judges the types.
const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

/**
 * Packages of many small modules, which take longer to find and open than to run: they become part of the program, without what it does not use.
 * All others are loaded from where npm installed them.
 */
const BUNDLED = [
  ...['zod', 'yaml', 'graphql', 'graphql-request', '@graphql-typed-document-node/core'],
  ...['p-retry', 'is-network-error', 'jose'],
]

/** Files that the program reads, in the folders of the sources that read them. */
const READ = ['proto', 'src/readers/report/page']

/** What the program starts as a process of its own stands where its source does. */
const PROCESSES = { 'check-process': 'src/explorer/server' } as const

/** What every run loads: one file, since finding and opening forty small ones takes longer than running them. */
const START = ['src/sdk/cli/run-connector.ts', 'cmd/baton-twingate/product.ts']

/** What each reader of a snapshot loads on top of that. */
const READ_ONE = ['src/readers/commands/ask-files.ts', 'src/readers/output/row-writer.ts']

const isBundled = (name: string): boolean => BUNDLED.some((one) => name === one || name.startsWith(`${one}/`))

/** Lets each source find files by its own place, as if it were still a file of its own in dist/. All of them end up one folder below. */
const ownPlaces: Plugin = {
  name: 'own-places',
  transform(code, id) {
    if (!id.startsWith(join(root, 'src')) || !code.includes('import.meta.')) return undefined
    const own = relative(root, id).replace(/\.ts$/, '.js')
    const moved = code
      .replaceAll('import.meta.url', 'ownUrl.href')
      .replaceAll('import.meta.dirname', "ownPath(new URL('.', ownUrl))")
      .replaceAll('import.meta.filename', 'ownPath(ownUrl)')
    return `import { fileURLToPath as ownPath } from 'node:url'\nconst ownUrl = new URL('../${own}', import.meta.url)\n${moved}`
  },
}

const BUILTIN = /^import \{([^}]*)\} from "(node:[^"]+)";$/gm

/** Takes parts of Node without the list of all that they offer, which an `import` makes and which loads parts that nobody asked for. */
const plainBuiltins: Plugin = {
  name: 'plain-builtins',
  renderChunk: (code) =>
    code.replaceAll(
      BUILTIN,
      (_, names: string, module: string) =>
        `const {${names.replaceAll(' as ', ': ')}} = process.getBuiltinModule("${module}");`,
    ),
}

/** The modules of some, and all that they import before they run. */
function importedBy(
  modules: readonly string[],
  context: ChunkingContext,
  found = new Set<string>(),
): ReadonlySet<string> {
  for (const id of modules) {
    if (found.has(id)) continue
    found.add(id)
    importedBy(context.getModuleInfo(id)?.importedIds ?? [], context, found)
  }
  return found
}

/** Whether a module is loaded with some, and not before them, by the entry. */
const isLoadedWith =
  (names: readonly string[], group: string) =>
  (id: string, context: ChunkingContext): string | null => {
    const of = (paths: readonly string[]) =>
      importedBy(
        paths.map((path) => join(root, path)),
        context,
      )
    return of(names).has(id) && !of(['cmd/baton-twingate/main.ts']).has(id) ? group : null
  }

/** The licences of what became part of the program, as these ask for. */
async function licences(): Promise<string> {
  const texts = BUNDLED.map(async (name) => {
    const folder = join(root, 'node_modules', name)
    const [file] = (await readdir(folder)).filter((entry) => /^licen[cs]e/i.test(entry))
    if (file === undefined) throw new Error(`${name} has no licence beside it`)
    return `${name}\n\n${await readFile(join(folder, file), 'utf8')}`
  })
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`)
}

await rm(dist, { recursive: true, force: true })
const bundle = await rolldown({
  cwd: root,
  input: {
    main: join(root, 'cmd/baton-twingate/main.ts'),
    ...Object.fromEntries(Object.entries(PROCESSES).map(([name, folder]) => [name, join(root, folder, `${name}.ts`)])),
  },
  platform: 'node',
  // The form of a package that can be cut down to what is used.
  resolve: { mainFields: ['module', 'main'] },
  external: (id, _importer, resolved) => !resolved && !id.startsWith('.') && !isBundled(id),
  plugins: [ownPlaces],
})
await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: ({ name }) =>
    name in PROCESSES ? `${PROCESSES[name as keyof typeof PROCESSES]}/[name].js` : 'cmd/baton-twingate/[name].js',
  chunkFileNames: 'program/[name]-[hash].js',
  plugins: [plainBuiltins],
  codeSplitting: {
    groups: [
      { name: isLoadedWith(START, 'start'), priority: 2 },
      { name: isLoadedWith(READ_ONE, 'readers'), priority: 1 },
    ],
  },
  // V8 keeps the text of what it runs, at two bytes a letter where one is beyond Latin-1.
  charset: 'ascii',
  comments: false,
})
for (const folder of READ) await cp(join(root, folder), join(dist, folder), { recursive: true })
await writeFile(join(dist, 'LICENSES-OF-PACKAGES.txt'), await licences())
const page = spawnSync(process.execPath, [join(root, 'scripts/build-explorer.ts')], { cwd: root, stdio: 'inherit' })
process.exitCode = page.status ?? 1
