import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Person {
  readonly id: string
  readonly userName?: string
  readonly givenName?: string
  readonly familyName?: string
  readonly email?: string
  readonly active?: boolean
}

/** What the csv files hold. */
export interface Directory {
  readonly people: readonly Person[]
  /** By external id of the group; `name` defaults to the id. */
  readonly groups?: Readonly<Record<string, { readonly name?: string; readonly members: readonly string[] }>>
}

const csv = (rows: readonly (readonly string[])[]): string =>
  rows
    .map((row) => row.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',') + '\n')
    .join('')

/** Writes `people.csv`, `groups.csv` and `members.csv`. */
export function writeDirectory(folder: string, { people, groups = {} }: Directory): void {
  const put = (name: string, rows: readonly (readonly string[])[]): void => writeFileSync(join(folder, name), csv(rows))
  put('people.csv', [
    ['externalId', 'userName', 'givenName', 'familyName', 'email', 'active'],
    ...people.map(
      ({ id, userName = `${id}@acme.example`, givenName = 'G', familyName = 'F', email = '', active = true }) => [
        ...[id, userName, givenName, familyName, email, String(active)],
      ],
    ),
  ])
  put('groups.csv', [['externalId', 'displayName'], ...Object.entries(groups).map(([id, { name = id }]) => [id, name])])
  put('members.csv', [
    ['group', 'member'],
    ...Object.entries(groups).flatMap(([id, { members }]) => members.map((member) => [id, member])),
  ])
}
