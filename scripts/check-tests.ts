import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

// Says whether test/unit mirrors the rooms of src: its folders are those of src, and a test that bears the name of a source file lies in the folder
// of that file or of its room. A test with another name is about its whole room. test/unit/docs is about docs/.
const root = join(import.meta.dirname, '..')
const tests = globSync('test/unit/**/*.test.ts', { cwd: root }).map((path) => path.slice('test/unit/'.length))
const sources = globSync('src/**/*.{ts,tsx}', { cwd: root }).map((path) => path.slice('src/'.length))

const foldersByName = new Map<string, string[]>()
for (const source of sources) {
  const name = basename(source).replace(/\.tsx?$/, '')
  foldersByName.set(name, [...(foldersByName.get(name) ?? []), dirname(source)])
}

const problemOf = (test: string): string | undefined => {
  const folder = dirname(test)
  if (folder === 'docs') return undefined
  if (!existsSync(join(root, 'src', folder))) return `there is no src/${folder}`
  const name = basename(test, '.test.ts')
  const homes = foldersByName.get(name) ?? []
  if (homes.some((home) => home === folder || home.startsWith(`${folder}/`))) return undefined
  const text = readFileSync(join(root, 'test/unit', test), 'utf8')
  const meant = homes.find((home) => text.includes(`/src/${home}/${name}.ts'`))
  return meant === undefined ? undefined : `it tests src/${meant}/${name}.ts`
}

const problems = tests.flatMap((test) => {
  const problem = problemOf(test)
  return problem === undefined ? [] : [`test/unit/${test}: ${problem}`]
})
const FEWEST = 150
if (tests.length < FEWEST) problems.push(`only ${tests.length} tests were found`)
for (const problem of problems) console.error(problem)
console.log(`test/unit mirrors src: ${tests.length} files`)
process.exitCode = problems.length === 0 ? 0 : 1
