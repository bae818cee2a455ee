import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Expansion } from '../access/expansion.ts'
import type { SyncView } from '../file/sync-view.ts'
import { keyOf, sayThing, type Thing, typeWord } from '../model/thing.ts'
import { cellText, type Row } from '../output/row.ts'
import { accessRows } from '../rows/access-rows.ts'
import { about, type Found } from './finding.ts'
import type { PlacedTest } from './read-rules.ts'
import type { Resolver, Target } from './resolve.ts'
import { listOf } from './rules-schema.ts'

/** What came of one test: findings, or why it could not be run. */
export interface TestResult {
  readonly placed: PlacedTest
  readonly found: readonly Found[]
  readonly errors: readonly ConnectorError[]
}

/** Runs the tests of rules on one sync. */
export class TestRun {
  readonly #view: SyncView
  readonly #expansion: Expansion
  readonly #resolver: Resolver
  readonly #now: Date
  readonly #reached = new Map<string, readonly Row[]>()

  constructor(view: SyncView, expansion: Expansion, resolver: Resolver, now: Date) {
    this.#view = view
    this.#expansion = expansion
    this.#resolver = resolver
    this.#now = now
  }

  run(placed: PlacedTest): TestResult {
    const { test } = placed
    const errors: ConnectorError[] = []
    const resolved = <In, Out>(named: readonly In[], find: (name: In) => readonly Out[]): readonly Out[] =>
      named.flatMap((name) => {
        try {
          return find(name)
        } catch (error) {
          if (!ConnectorError.is(error) || error.code === 'data-loss') throw error
          errors.push(error)
          return []
        }
      })
    const what = (names: typeof test.accept): readonly Target[] =>
      resolved(listOf(names), (name) => this.#resolver.what(name))
    const people = new Map(
      resolved(listOf(test.src), (who) => this.#resolver.who(who)).map((thing) => [keyOf(thing.id), thing]),
    )
    const [accept, deny, exactly] = [what(test.accept), what(test.deny), what(test.exactly)]
    const types = new Set(listOf(test.types))
    for (const type of types)
      if (!this.#view.types.has(type))
        errors.push(new ConnectorError('not-found', 'find type', `there is no type ${JSON.stringify(type)}`))
    if (errors.length > 0) return { placed, found: [], errors }
    const at = test.at === undefined ? undefined : test.at === 'now' ? this.#now : new Date(test.at)
    const judged = [...people.values()].flatMap((person) => {
      const rows = this.#rowsOf(person)
      const valid =
        at === undefined ? rows : rows.filter(({ until }) => until === null || new Date(cellText(until)) > at)
      const judge = new Judge(placed, person, { rows, valid })
      return [
        ...accept.flatMap((target) => judge.accept(target)),
        ...deny.flatMap((target) => judge.deny(target)),
        ...(test.exactly === undefined ? [] : judge.exactly(exactly, types)),
      ]
    })
    const isIdle = people.size === 0 && (test.accept !== undefined || test.exactly !== undefined)
    return { placed, found: isIdle ? [nobody(placed)] : judged, errors }
  }

  #rowsOf(person: Thing): readonly Row[] {
    const key = keyOf(person.id)
    const rows =
      this.#reached.get(key) ?? accessRows(this.#view, this.#expansion, person, this.#expansion.ofPrincipal(person.id))
    this.#reached.set(key, rows)
    return rows
  }
}

/** A test that looks at nobody proves nothing. */
function nobody({ test, name, file, line }: PlacedTest): Found {
  const rule = test.accept === undefined ? 'exactly' : 'accept'
  return {
    finding: {
      rule,
      level: 'error',
      name,
      email: null,
      message: 'nobody holds what src names, so that the test looks at nobody',
      test: name,
      rulesFile: file,
      line,
      type: '',
      id: '',
    },
    concerns: [],
  }
}

interface Reached {
  /** Everything, also what is over by then. */
  readonly rows: readonly Row[]
  readonly valid: readonly Row[]
}

/** Holds what one person reaches against what a test says. */
class Judge {
  readonly #placed: PlacedTest
  readonly #person: Thing
  readonly #reached: Reached

  constructor(placed: PlacedTest, person: Thing, reached: Reached) {
    this.#placed = placed
    this.#person = person
    this.#reached = reached
  }

  accept(target: Target, rule: 'accept' | 'exactly' = 'accept'): readonly Found[] {
    if (this.#reached.valid.some((row) => isOf(target, row))) return []
    const [over] = this.#reached.rows.filter((row) => isOf(target, row))
    const end = over ? `: access is over ${cellText(over['until'])}` : ''
    return [this.#found(rule, target.thing, `${sayThing(this.#person)} does not reach ${sayTarget(target)}${end}`)]
  }

  deny(target: Target): readonly Found[] {
    return this.#reached.valid
      .filter((row) => isOf(target, row))
      .map((row) =>
        this.#found('deny', target.thing, `${sayThing(this.#person)} reaches ${sayTarget(target)}${by(row)}`),
      )
  }

  exactly(targets: readonly Target[], types: ReadonlySet<string>): readonly Found[] {
    const missing = targets.flatMap((target) => this.accept(target, 'exactly'))
    const more = this.#reached.valid
      .filter((row) => types.size === 0 || types.has(cellText(row['resourceType'])))
      .filter((row) => !targets.some((target) => isOf(target, row)))
      .map((row) => {
        const what = `${typeWord(cellText(row['resourceType']))} ${cellText(row['resource'])} (${cellText(row['entitlement'])})`
        return this.#found('exactly', undefined, `${sayThing(this.#person)} also reaches ${what}${by(row)}`)
      })
    return [...missing, ...more]
  }

  #found(rule: string, target: Thing | undefined, message: string): Found {
    const { name, file, line } = this.#placed
    return {
      finding: { rule, level: 'error', ...about(this.#person), message, test: name, rulesFile: file, line },
      concerns: target ? [this.#person, target] : [this.#person],
    }
  }
}

const isOf = ({ thing, entitlements }: Target, row: Row): boolean =>
  row['resourceType'] === thing.id.type &&
  row['resourceId'] === thing.id.id &&
  (entitlements === undefined || entitlements.has(cellText(row['entitlementId'])))

const sayTarget = ({ thing, entitlements }: Target): string =>
  entitlements === undefined
    ? sayThing(thing)
    : `${sayThing(thing)} (${[...entitlements].map((id) => id.slice(id.lastIndexOf(':') + 1)).join(', ')})`

const by = ({ path }: Row): string => (path === null ? '' : `: ${cellText(path)}`)
