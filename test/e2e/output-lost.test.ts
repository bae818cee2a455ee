import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canMount } from '../support/can-mount.ts'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { expandedTruthOf } from '../tenant/tenant-truth.ts'
import { exampleTenant } from '../tenant/example-tenant.ts'
import { toldIn } from '../support/expect-refusal.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'

/** Runs the program with its standard output in the file `$1`. */
const into = (path: string): readonly string[] => ['sh', '-c', 'out=$1; shift; exec "$@" > "$out"', 'sh', path]

/** The same on a disk of one page, which is mounted at the folder of that file. */
const ON_ONE_PAGE = 'mount -t tmpfs -o size=4k tmpfs "$1" || exit 99; out=$1/out; shift; exec "$@" > "$out"'

const COMMANDS = [
  ['--help'],
  ['help', 'grant'],
  ['--version'],
  ['capabilities'],
  ['config'],
  ['completion', 'bash'],
  ['validate'],
  ['validate', '--output', 'json'],
  ['--output', 'json'],
  ['role', 'grace@acme.example', 'DEVOPS'],
  ['grant', 'Engineering', 'grace@acme.example', '--output', 'json'],
  ['grant', 'Engineering', 'grace@acme.example', '--dry-run'],
  ['--list-action-schemas'],
]

describe.skipIf(!existsSync('/dev/full')).concurrent('output that cannot be written', () => {
  it.for(COMMANDS)('ends %s with exit code 2 and a sentence', async (args, { onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve({ tenant: exampleTenant(), keys: { [KEY]: 'provision' } })
    const ended = await place.run(args, { env: settingsFor(server.baseUrl), under: into('/dev/full') })
    expect([ended.code, toldIn(ended).at(-1)]).toEqual([
      2,
      'baton-twingate: write to stdout: no space left on the disk',
    ])
  })

  it('loses no sync and no change', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const tenant = exampleTenant()
    const server = await place.serve({ tenant, keys: { [KEY]: 'provision' } })
    const extra = { env: settingsFor(server.baseUrl), under: into('/dev/full') }
    expect((await place.run(['grant', 'Engineering', 'grace@acme.example'], extra)).code).toBe(2)
    expect(tenant.groups[0]?.users.map(({ firstName }) => firstName)).toEqual(['Grace'])
    expect((await place.run([], extra)).code).toBe(2)
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(tenant))
  })

  it('leaves the exit code of a run that failed as it is', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve({ keys: {} })
    const ended = await place.run(['validate'], { env: settingsFor(server.baseUrl), under: into('/dev/full') })
    expect(ended.code).toBe(16)
  })

  it.skipIf(!canMount())('is noticed where the disk took the first part of it', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const folder = temporaryFolder(onTestFinished)
    const under = ['unshare', '-rm', 'sh', '-c', ON_ONE_PAGE, 'sh', folder]
    const ended = await place.run(['completion', 'zsh'], { under })
    expect([ended.code, ended.stderr]).toEqual([2, 'baton-twingate: write to stdout: no space left on the disk\n'])
  })

  it.for([['--help'], ['config']])('is no failure where the reader of %s has enough', async (args, context) => {
    const place = createPlace(context.onTestFinished)
    // The reader is gone long before the program writes.
    const under = ['sh', '-c', '{ "$@"; echo "code $?" >&2; } | true', 'sh']
    const ended = await place.run(args, { under })
    expect(ended.stderr).toBe('code 0\n')
  })
})
