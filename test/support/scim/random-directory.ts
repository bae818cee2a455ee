import fc from 'fast-check'
import type { Directory, Person } from './directory.ts'

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const GROUPS = ['x', 'y', 'z']

const person = (id: string): fc.Arbitrary<Person> =>
  fc.record({
    id: fc.constant(id),
    userName: fc.constantFrom(`${id}@acme.example`, `${id}.new@acme.example`),
    familyName: fc.constantFrom('Ada', 'Ünlü "quoted"', "O'Neil"),
    active: fc.boolean(),
  })

/** Directories of up to nine people in up to four groups. All ids and names begin with `prefix`. */
export const randomDirectory = (prefix = ''): fc.Arbitrary<Directory> => {
  const ids = IDS.map((id) => prefix + id)
  const always = `${prefix}always`
  const all = `${prefix}all`
  const group = (id: string) =>
    fc.record({ id: fc.constant(id), name: fc.constantFrom(id, `${id} renamed`), members: fc.subarray(ids) })
  return (
    fc
      .record({
        people: fc.tuple(...ids.map((id) => fc.option(person(id), { nil: undefined }))),
        groups: fc.tuple(...GROUPS.map((id) => fc.option(group(prefix + id), { nil: undefined }))),
      })
      // Files without rows are refused; that is another test.
      .map(({ people, groups }) => ({
        people: [{ id: always, active: true }, ...people.filter((one) => one !== undefined)],
        groups: Object.fromEntries([
          [all, { name: all, members: [always] }],
          ...groups.flatMap((one) => (one ? [[one.id, { name: one.name, members: one.members }] as const] : [])),
        ]),
      }))
  )
}

/** What the target should hold after directories came one after the other; told by a model that knows nothing of images and plans. */
export class Expectation {
  readonly #users = new Map<string, { userName: string; familyName: string; active: boolean }>()
  #groups = new Map<string, { name: string; members: Set<string> }>()

  apply({ people, groups = {} }: Directory): void {
    const here = new Map(people.map((one) => [one.id, one]))
    for (const [id, user] of this.#users) if (!here.has(id)) user.active = false
    for (const { id, userName = `${id}@acme.example`, familyName = 'F', active = true } of people)
      if (active || this.#users.has(id)) this.#users.set(id, { userName, familyName, active })
    this.#groups = new Map(
      Object.entries(groups).map(([id, { name = id, members }]) => [
        id,
        { name, members: new Set(members.filter((member) => here.has(member) && this.#users.has(member))) },
      ]),
    )
  }

  get state() {
    return {
      users: [...this.#users].map(([id, user]) => ({ id, ...user })).sort(by('id')),
      groups: [...this.#groups]
        .map(([id, { name, members }]) => ({ id, name, members: [...members].sort() }))
        .sort(by('id')),
    }
  }
}

/** Sorts by a key. */
export const by =
  <K extends string>(key: K) =>
  (a: Record<K, unknown>, b: Record<K, unknown>): number =>
    String(a[key]) < String(b[key]) ? -1 : 1
