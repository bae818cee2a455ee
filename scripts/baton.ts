import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildOfficialTools } from '../test/judges/build-official-tools.ts'

// Runs the official baton command with the arguments given, and builds it before where that is needed.
const COMMAND = join(import.meta.dirname, '../test/conformance/bin/baton')
// A missing Go is told in words here, on build machines as well.
const { CI: _, ...env } = process.env

if (!existsSync(COMMAND)) console.error('The official baton command is built once; this takes some minutes.')
try {
  const built = await buildOfficialTools(env)
  process.exitCode = 'missing' in built ? withoutGo() : await run(join(built.bin, 'baton'))
} catch (error) {
  console.error(`The official baton command could not be built: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

function withoutGo(): number {
  console.error(
    'The official baton command is a Go program and Go is missing: put Go 1.25.2 or newer on PATH (https://go.dev/dl/) and run this again.',
  )
  return 1
}

async function run(command: string): Promise<number> {
  const baton = spawn(command, process.argv.slice(2), { stdio: 'inherit' })
  const [code] = (await once(baton, 'exit')) as [number | null]
  return code ?? 1
}
