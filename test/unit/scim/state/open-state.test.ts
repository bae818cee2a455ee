import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import { copyState, joinState, openState } from '../../../../src/scim/state/open-state.ts'

const OPENERS = { openState, joinState, copyState }

const sql =
  (statements: string) =>
  (path: string): void => {
    const database = new DatabaseSync(path)
    database.exec(statements)
    database.close()
  }

const CASES: readonly (readonly [string, (path: string) => void, string, string])[] = [
  ['a folder', (path) => mkdirSync(path), 'invalid-argument', 'is a folder; name a file for --state'],
  ['a text', (path) => writeFileSync(path, 'no database '.repeat(20)), 'invalid-argument', 'is no state of scim'],
  ['the database of another program', sql('create table t (x)'), 'invalid-argument', 'is no state of scim'],
  [
    'the state of a newer version',
    sql('pragma application_id = 0x5343494d; pragma user_version = 99; create table t (x)'),
    'failed-precondition',
    'was written by a newer version of this program',
  ],
]

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'scim-state-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function refusal(work: () => unknown): string {
  try {
    work()
    return 'opened'
  } catch (error) {
    return ConnectorError.is(error) ? `${error.code} ${error.detail}` : `unexpected ${String(error)}`
  }
}

it.each(CASES)('a state that is %s is refused in a sentence, and left as it was', (_, make, code, words) => {
  const folder = newFolder()
  const path = join(folder, 'state.db')
  make(path)
  for (const open of Object.values(OPENERS)) {
    const said = refusal(() => open(path).close())
    expect(said).toContain(`${code} `)
    expect(said).toContain(words)
  }
  expect(readdirSync(folder).filter((name) => !name.endsWith('.lock'))).toEqual(['state.db'])
})

it('a state in a folder that is not there is refused', () => {
  const folder = join(newFolder(), 'nowhere')
  const expected = `invalid-argument the folder ${folder} does not exist; make it first`
  expect(refusal(() => openState(join(folder, 'state.db')))).toBe(expected)
  expect(refusal(() => joinState(join(folder, 'state.db')))).toBe(expected)
  expect(refusal(() => copyState(join(folder, 'state.db')).close())).toBe('opened')
})
