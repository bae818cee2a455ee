import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

const QUOTED = PROGRAM.map((word) => `'${word}'`).join(' ')

/** In a shell: the program answers its completion, and prints the words of any other call; `npx` leads to it. */
const ECHOING = [
  `baton-twingate() { if [[ $1 == __complete || $1 == completion ]]; then ${QUOTED} "$@"; else printf 'word<%s>\\n' "$@"; fi; }`,
  'npx() { "$@"; }',
]

const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0

const env = (folder: string) => ({ PATH: process.env['PATH'], HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' })

/** Types a line with tabs into an interactive shell on a terminal, and gives the words that the program would be called with. */
function typed(shell: string, folder: string, lines: readonly string[]): readonly string[] {
  const { stdout } = spawnSync('script', ['-qfec', shell, '/dev/null'], {
    cwd: folder,
    env: env(folder),
    input: [...lines, 'exit', ''].join('\n'),
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
    const lines = [...ECHOING, 'source <(baton-twingate completion bash)', line]
    expect(typed('bash --norc --noprofile -i', folder, lines)).toEqual(words)
  })
})

describe.skipIf(!hasTerminal || !isThere('zsh'))('completion in zsh', () => {
  const script = spawnSync(PROGRAM[0], [PROGRAM[1], 'completion', 'zsh'], { encoding: 'utf8' }).stdout

  it.each(CASES)('completes %j', async (line, words) => {
    const { folder } = await place(onTestFinished)
    writeFileSync(join(folder, '.script'), script)
    const lines = [...ECHOING, 'autoload -U compinit; compinit -D', 'source .script', line]
    expect(typed('zsh -f -i', folder, lines)).toEqual(words)
  })

  it('completes where the script lies among the functions of zsh', async () => {
    const { folder } = await place(onTestFinished)
    mkdirSync(join(folder, '.functions'))
    writeFileSync(join(folder, '.functions/_baton-twingate'), script)
    const lines = [...ECHOING, 'fpath=($PWD/.functions $fpath)', 'autoload -U compinit; compinit -D']
    const line = 'baton-twingate grant Eng\tada\t'
    expect(typed('zsh -f -i', folder, [...lines, line])).toEqual(['grant', 'Engineering', 'ada@acme.example'])
  })
})

describe.skipIf(!isThere('fish'))('completion in fish', () => {
  it.each([
    ['baton-twingate gran', ['grant']],
    ['baton-twingate account dis', ['disable']],
    ['baton-twingate grant Eng', ['Engineering']],
    ['baton-twingate grant eng', ['Engineering']],
    ['baton-twingate grant Prod', ['Product & design']],
    ['baton-twingate grant Engineering ada', ['ada@acme.example']],
    ['baton-twingate grant "Product & design" grace@a', ['grace@acme.example']],
    ['baton-twingate role ada@acme.example dev', ['devops']],
    ['baton-twingate group delete Éq', ['Équipe']],
    ['baton-twingate grant Engineering --dry', ['--dry-run']],
    ['baton-twingate -f sync.c1z grant --output json Eng', ['Engineering']],
    ['baton-twingate access ada', ['ada@acme.example']],
    ['npx baton-twingate grant Eng', ['Engineering']],
    ['npx baton-twingate account dis', ['disable']],
  ])('completes %j', async (line, words) => {
    const { folder } = await place(onTestFinished)
    const script = [
      `function baton-twingate; ${QUOTED} $argv; end`,
      'function npx; $argv; end',
      'baton-twingate completion fish | source',
      `complete -C '${line}'`,
    ].join('\n')
    const { stdout } = spawnSync('fish', ['--no-config', '-c', script], {
      cwd: folder,
      env: env(folder),
      encoding: 'utf8',
    })
    const found = stdout.split('\n').filter((text) => text !== '')
    expect(found.map((text) => text.split('\t')[0])).toEqual(words)
  })
})
