import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { SyncView } from '../file/sync-view.ts'
import type { Expansion } from '../access/expansion.ts'
import { keyOf } from '../model/thing.ts'
import type { Names } from '../names/find-thing.ts'
import type { Found } from './finding.ts'
import type { Rules } from './read-rules.ts'
import type { Resolver } from './resolve.ts'
import { listOf } from './rules-schema.ts'
import { BUILT_IN_RULES } from './rules/index.ts'
import type { BuiltInRule } from './rules/rule.ts'

/** What came of one built-in rule. */
export interface RuleResult {
  readonly rule: BuiltInRule
  readonly found: readonly Found[]
  readonly errors: readonly ConnectorError[]
}

/** What rules look at. */
export interface RuleGround {
  readonly view: SyncView
  readonly names: Names
  readonly expansion: Expansion
  readonly resolver: Resolver
  readonly now: Date
}

type Setting = NonNullable<Rules['rules'][keyof Rules['rules']]>

/** Runs the built-in rules that are on. */
export function runRules(
  ground: RuleGround,
  settings: Rules['rules'],
  skipped: ReadonlySet<string>,
): readonly RuleResult[] {
  return BUILT_IN_RULES.flatMap((rule) => {
    const setting: Setting = settings[rule.id] ?? rule.isOn !== false
    return setting === false || skipped.has(rule.id) ? [] : [runRule(ground, rule, setting)]
  })
}

function runRule({ resolver, ...ground }: RuleGround, rule: BuiltInRule, setting: Exclude<Setting, false>): RuleResult {
  const { days = rule.days, except } =
    typeof setting === 'object' ? setting : typeof setting === 'number' ? { days: setting } : {}
  const errors: ConnectorError[] = []
  if (rule.isOn === false && days === undefined)
    errors.push(new ConnectorError('invalid-argument', `check ${rule.id}`, 'it needs a number of days'))
  const excepted = new Set(
    listOf(except).flatMap((name) => {
      try {
        return [keyOf(resolver.exception(name).id)]
      } catch (error) {
        if (!ConnectorError.is(error) || error.code === 'data-loss') throw error
        errors.push(error)
        return []
      }
    }),
  )
  if (errors.length > 0) return { rule, found: [], errors }
  const found = rule.look({ ...ground, days: days ?? 0, isExcepted: ({ id }) => excepted.has(keyOf(id)) })
  return { rule, found, errors }
}
