import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { PROGRAM } from '../support/run-program.ts'

const [node, main] = PROGRAM
const RECORDER = fileURLToPath(new URL('../support/record-packages.ts', import.meta.url))

/** The packages that one call of the program loads. */
function packagesOf(...args: readonly string[]): readonly string[] {
  const { stderr } = spawnSync(node, ['--import', RECORDER, main, ...args], { encoding: 'utf8', env: {} })
  return JSON.parse(stderr.slice(stderr.lastIndexOf('\n[') + 1)) as readonly string[]
}

test.for([['--help'], ['help', 'scim', 'apply'], ['completion', 'bash'], ['--no-such-flag'], ['--version']])(
  '%j is answered without loading a package',
  (args) => {
    expect(packagesOf(...args)).toEqual([])
  },
)

test('status loads what reads its file and no more', () => {
  expect(packagesOf('status', '--state-dir', '/nowhere')).toEqual(['zod'])
})
