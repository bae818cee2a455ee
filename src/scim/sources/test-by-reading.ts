import type { SourceCall, SourceFacts, SourceObject, SourceRead, SourceSink } from '../source.ts'

/** Tries a source by reading all of it: only that tells whether a read can work. */
export async function testByReading(
  read: (sink: SourceSink, call: SourceCall) => Promise<SourceRead>,
  name: string,
  call: SourceCall,
): Promise<SourceFacts> {
  const user = new Set<string>()
  const group = new Set<string>()
  const count = { users: 0, groups: 0, members: 0 }
  const note = (names: Set<string>, batch: readonly SourceObject[]): void => {
    for (const { attributes } of batch) for (const attribute of Object.keys(attributes)) names.add(attribute)
  }
  const { gaps } = await read(
    {
      users(batch) {
        count.users += batch.length
        note(user, batch)
      },
      groups(batch) {
        count.groups += batch.length
        note(group, batch)
      },
      members(batch) {
        count.members += batch.length
      },
      assignments() {},
    },
    call,
  )
  const found = `${name}: ${count.users} users, ${count.groups} groups, ${count.members} memberships`
  return {
    summary: gaps.length === 0 ? found : `${found}; a read is incomplete: ${gaps.join('; ')}`,
    attributes: { user: [...user], group: [...group] },
  }
}
