import { spawnSync } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PROGRAM } from '../support/run-program.ts'
import { Tenant } from '../tenant/tenant.ts'
import { hasTerminal } from '../support/terminal.ts'
import { createPlace } from '../support/place.ts'

function people(): Tenant {
  const tenant = new Tenant()
  tenant.addUser({ firstName: 'Ada', lastName: 'Okafor', email: 'ada@acme.example', role: 'ADMIN' })
  tenant.addUser({ firstName: 'Grace', lastName: 'Hopper', email: 'grace@acme.example', role: 'DEVOPS' })
  tenant.addUser({ firstName: 'Grace', lastName: 'Murray', email: 'grace@other.example' })
  for (const name of ['Engineering', 'Product & design', 'Équipe']) tenant.addGroup({ name })
  return tenant
}

/** A folder with a finished sync, and nobody to ask any more. */
async function place(atEnd: Parameters<typeof createPlace>[0]) {
  const made = createPlace(atEnd)
  const server = await made.serve({ tenant: people() })
  await made.previousSync(server)
  await server.close()
  return made
}

/**
 * Types a line in an interactive Bash that has read the script, with tabs in it, and gives the words that the program would be called with.
 *
 * The program is asked for names as a user's would be; `npx` and the program's own name lead to this checkout.
 */
function typed(folder: string, line: string): readonly string[] {
  const program = PROGRAM.map((word) => `'${word}'`).join(' ')
  const input = [
    `baton-twingate() { if [[ $1 == __complete || $1 == completion ]]; then ${program} "$@"; else printf 'word<%s>\\n' "$@"; fi; }`,
    'npx() { "$@"; }',
    'source <(baton-twingate completion bash)',
    line,
    'exit',
    '',
  ].join('\n')
  const { stdout } = spawnSync('script', ['-qfec', 'bash --norc --noprofile -i', '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
    input,
    encoding: 'utf8',
  })
  return [...stdout.replaceAll('\r', '').matchAll(/^word<(.*)>$/gm)].map(([, word]) => word ?? '')
}

const CASES: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['baton-twingate grant Eng\tada\t', ['grant', 'Engineering', 'ada@acme.example']],
  ['baton-twingate gra\tProd\tgrace@a\t', ['grant', 'Product & design', 'grace@acme.example']],
  ['baton-twingate revoke "Prod\tgrace@o\t', ['revoke', 'Product & design', 'grace@other.example']],
  ['baton-twingate role ada\tdev\t', ['role', 'ada@acme.example', 'devops']],
  ['baton-twingate account disable ada@acme.\t', ['account', 'disable', 'ada@acme.example']],
  ['baton-twingate group delete Éq\t', ['group', 'delete', 'Équipe']],
  ['baton-twingate grant eng\t--dry\t', ['grant', 'Engineering', '--dry-run']],
  [
    'baton-twingate -f sync.c1z grant --output json Eng\tada\t',
    ['-f', 'sync.c1z', 'grant', '--output', 'json', 'Engineering', 'ada@acme.example'],
  ],
  ['baton-twingate access ada\t', ['access', 'ada@acme.example']],
  ['baton-twingate show Eng\t', ['show', 'Engineering']],
  ['npx baton-twingate grant Eng\tada\t', ['grant', 'Engineering', 'ada@acme.example']],
  ['npx baton-twingate account dis\tada\t', ['account', 'disable', 'ada@acme.example']],
]

describe.skipIf(!hasTerminal)('completion in Bash', () => {
  it.each(CASES)('completes %j', async (line, words) => {
    const { folder } = await place(onTestFinished)
    expect(typed(folder, line)).toEqual(words)
  })
})
