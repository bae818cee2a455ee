import { parseTimeText } from '../../sdk/snapshot/tables/time-text.ts'
import { endOfSync } from '../file/open-files.ts'
import { keyOf, type Thing } from '../model/thing.ts'
import { growthLike, type GrowthPoint, growthPoints } from './growth.ts'
import type { Review } from './review.ts'

/** Numbers of one chart, a value for each label. */
export interface Chart {
  readonly id: string
  readonly title: string
  readonly labels: readonly string[]
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[]
}

/** What a review shows at a glance. Ages are those of the sync's end; `points` are syncs of all files, without which those of its own file are told. */
export function chartsOf(review: Review, points = growthPoints(review.view.snapshot)): readonly Chart[] {
  const at = parseTimeText(review.view.sync.endedAt ?? '')
  const { people } = review
  return [
    counts('roles', 'People by role', rolesOf(review)),
    counts(
      'states',
      'People by state',
      people.map(({ status }) => (status === '' ? 'not known' : status)),
    ),
    ages('age', 'Age of accounts', people, ({ createdAt }) => createdAt, at),
    ages('login', 'Last sign-in', people, ({ lastLoginAt }) => lastLoginAt, at),
    growthOf(review, points),
  ]
}

function counts(id: string, title: string, words: readonly string[]): Chart {
  const groups = [...Map.groupBy(words, (word) => word)].sort(
    ([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1),
  )
  return {
    id,
    title,
    labels: groups.map(([word]) => word),
    series: [{ name: 'people', values: groups.map(([, of]) => of.length) }],
  }
}

/** Each person once for each role, and once without one. */
function rolesOf({ view, expansion, people }: Review): readonly string[] {
  const roles = new Set(view.typesWhere(({ traits }) => traits.includes('role')))
  const entitlements = [...view.entitlements()].filter(({ resource }) => roles.has(resource.type))
  if (entitlements.length === 0) return []
  const holdings = expansion.onEntitlements(entitlements.map(({ id }) => id))
  const held = new Set<string>()
  const words = entitlements.flatMap(({ id, resource }) => {
    const keys = new Set([...(holdings.get(id)?.values() ?? [])].map(({ principal }) => keyOf(principal)))
    const own = people.filter((person) => keys.has(keyOf(person.id)))
    for (const person of own) held.add(keyOf(person.id))
    return own.map(() => view.thing(resource).name)
  })
  return [...words, ...people.filter(({ id }) => !held.has(keyOf(id))).map(() => 'none')]
}

const DAY_MS = 86_400_000
const AGES = [
  ['up to 30 days', 30],
  ['up to 90 days', 90],
  ['up to a year', 365],
  ['longer ago', Infinity],
] as const

function ages(
  id: string,
  title: string,
  people: readonly Thing[],
  timeOf: (person: Thing) => Date | undefined,
  at: Date | undefined,
): Chart {
  const values = new Map<string, number>([...AGES.map(([label]) => [label, 0] as const), ['not known', 0]])
  for (const person of people) {
    const time = timeOf(person)
    const days = time && at ? (at.getTime() - time.getTime()) / DAY_MS : undefined
    const label = days === undefined ? 'not known' : (AGES.find(([, most]) => days <= most)?.[0] ?? 'not known')
    values.set(label, (values.get(label) ?? 0) + 1)
  }
  return { id, title, labels: [...values.keys()], series: [{ name: 'people', values: [...values.values()] }] }
}

/** Rows of each finished full sync of the same network, the oldest first. */
function growthOf({ view }: Review, points: readonly GrowthPoint[]): Chart {
  const shown = growthLike(view.sync, points)
  const told = shown.map(({ counts: of }) => of)
  const sum = (byType: Readonly<Record<string, number>>, types?: readonly string[]): number =>
    Object.entries(byType).reduce((all, [type, count]) => (types && !types.includes(type) ? all : all + count), 0)
  const traits = (trait: 'user' | 'group') => view.typesWhere((type) => type.traits.includes(trait))
  return {
    id: 'growth',
    title: 'Growth between syncs',
    labels: shown.map(({ sync }) => endOfSync(sync).slice(0, 16).replace('T', ' ')),
    series: [
      { name: 'people', values: told.map(({ resources }) => sum(resources, traits('user'))) },
      { name: 'groups', values: told.map(({ resources }) => sum(resources, traits('group'))) },
      { name: 'grants', values: told.map(({ grants }) => sum(grants)) },
    ],
  }
}
