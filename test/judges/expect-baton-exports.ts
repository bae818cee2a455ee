import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { expectedEntitlements, expectedGrants, type ExpectedSnapshot, type ExpectedUser } from './expected-snapshot.ts'
import type { OfficialTools } from './official-tools.ts'
import { readCsv } from './read-csv.ts'
import { readXlsx } from './read-xlsx.ts'
import { runBaton } from './run-baton.ts'

const STATUS: Readonly<Record<ExpectedUser['status'], string>> = {
  enabled: 'Enabled',
  disabled: 'Disabled',
  deleted: 'Deleted',
}

/** Columns compared: all but the user id and the texts of an entitlement, which are the connector's own choice. */
const COMPARED = [
  'Type',
  'Last Name',
  'First Name',
  'User Status',
  'Email Address',
  'Entitlement',
  'Resource Type',
  'Resource Name',
  'Entitlement Slug',
]

/** `baton export csv` writes exactly the identities, entitlements and grants expected. `out` is a path that does not exist. */
export async function expectBatonCsv(
  tools: OfficialTools,
  file: string,
  expected: ExpectedSnapshot,
  out: string,
): Promise<void> {
  await runBaton(tools, file, ['export', 'csv', '--out', out])
  expect(compared(readCsv(await readFile(out, 'utf8')))).toEqual(exportLines(expected))
}

/** `baton export xlsx` writes the same. */
export async function expectBatonXlsx(
  tools: OfficialTools,
  file: string,
  expected: ExpectedSnapshot,
  out: string,
): Promise<void> {
  await runBaton(tools, file, ['export', 'xlsx', '--out', out])
  expect(compared(readXlsx(await readFile(out)))).toEqual(exportLines(expected))
}

/** `baton export c1z` writes a file of the latest full sync alone, in which every row of it stands unchanged. Returns its path. */
export async function expectBatonClone(tools: OfficialTools, file: string, directory: string): Promise<string> {
  const out = join(directory, 'clone.c1z')
  await runBaton(tools, file, ['export', 'c1z', '--out', out])
  const { syncs, ...clone } = await tools.judge(out)
  const { syncs: _, ...source } = await tools.judge(file, { syncId: clone.syncId })
  expect(syncs.map(({ id }) => id)).toEqual([clone.syncId])
  expect(clone).toEqual(source)
  return out
}

function compared(rows: readonly (readonly string[])[]): readonly string[] {
  const [header = [], ...body] = rows
  const columns = COMPARED.map((name) => header.indexOf(name))
  expect(columns).not.toContain(-1)
  return body.map((row) => columns.map((column) => row[column] ?? '').join(' | ')).sort()
}

function exportLines(expected: ExpectedSnapshot): readonly string[] {
  const users = new Map(expected.users.map((user) => [user.id, user]))
  const entitlements = new Map(expectedEntitlements(expected).map((entitlement) => [entitlement.id, entitlement]))
  const held = (id: string): readonly string[] => {
    const entitlement = entitlements.get(id)
    return [id, entitlement?.resourceType ?? '', entitlement?.resourceName ?? '', 'member']
  }
  return [
    ...expected.users.map((user) => ['Identity', ...person(user, STATUS[user.status]), '', '', '', '']),
    ...[...entitlements.keys()].map((id) => ['Entitlement', '', '', '', '', ...held(id)]),
    ...expectedGrants(expected).map((grant) => [
      'Grant',
      ...person(users.get(grant.userId), ''),
      ...held(grant.entitlementId),
    ]),
  ]
    .map((row) => row.join(' | '))
    .sort()
}

const person = (user: ExpectedUser | undefined, status: string): readonly string[] => [
  user?.lastName ?? '',
  user?.firstName ?? '',
  status,
  user?.email ?? '',
]
