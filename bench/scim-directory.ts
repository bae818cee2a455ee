import { createWriteStream, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'

export interface Directory {
  readonly users: number
  readonly groups: number
  readonly memberships: number
}

export const userAt = (n: number) => ({
  externalId: `E${n}`,
  userName: `user${n}@bench.example`,
  givenName: `Given${n}`,
  familyName: `Family${n}`,
  email: `user${n}@bench.example`,
})

export const groupAt = (n: number) => ({ externalId: `G${n}`, displayName: `Group ${n}` })

/** Pairs of group and user, each once: every user is in as many groups, every group is as large. */
export function* memberships({ users, groups, memberships: wanted }: Directory): Generator<readonly [number, number]> {
  const each = Math.ceil(wanted / users)
  let made = 0
  for (let user = 0; user < users; user++)
    for (let i = 0; i < each && made < wanted; i++, made++) yield [(user * 7 + i * 31) % groups, user]
}

/** Writes people.csv, groups.csv and members.csv. */
export async function writeDirectory(folder: string, directory: Directory): Promise<void> {
  const line = (...cells: readonly string[]) => `${cells.join(',')}\n`
  const people = Array.from({ length: directory.users }, (_, n) => {
    const user = userAt(n)
    return line(user.externalId, user.userName, user.givenName, user.familyName, user.email, 'true')
  })
  writeFileSync(
    join(folder, 'people.csv'),
    line('externalId', 'userName', 'givenName', 'familyName', 'email', 'active') + people.join(''),
  )
  const groups = Array.from({ length: directory.groups }, (_, n) => line(groupAt(n).externalId, groupAt(n).displayName))
  writeFileSync(join(folder, 'groups.csv'), line('externalId', 'displayName') + groups.join(''))
  const members = createWriteStream(join(folder, 'members.csv'))
  members.write(line('group', 'member'))
  for (const [group, user] of memberships(directory))
    if (!members.write(line(`G${group}`, `E${user}`))) await once(members, 'drain')
  members.end()
  await finished(members)
}
