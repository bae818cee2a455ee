import type { Expansion } from '../../access/expansion.ts'
import type { SyncView } from '../../file/sync-view.ts'
import { type Thing, typeWord } from '../../model/thing.ts'
import type { Names } from '../../names/find-thing.ts'
import { about, type Found, type Level } from '../finding.ts'
import type { RuleId } from './rule-ids.ts'

/** What a built-in rule may look at. */
export interface RuleContext {
  readonly view: SyncView
  readonly names: Names
  readonly expansion: Expansion
  readonly now: Date
  readonly days: number
  /** Whether the settings except this resource from the rule. */
  readonly isExcepted: (thing: Thing) => boolean
}

/** A rule that every snapshot can be held against. */
export interface BuiltInRule {
  readonly id: RuleId
  readonly level: Level
  /** One sentence without a full stop: what should be so. */
  readonly summary: string
  /** Of a rule that counts days. */
  readonly days?: number
  /** False: it needs days, and nobody can guess how many. @default true */
  readonly isOn?: boolean
  readonly look: (context: RuleContext) => readonly Found[]
}

export const DAY_MS = 86_400_000

/** A finding of a rule about somebody or something, with whatever else it concerns. */
export const foundBy = (
  { id, level }: Pick<BuiltInRule, 'id' | 'level'>,
  thing: Thing,
  message: string,
  others: readonly Thing[] = [],
): Found => ({
  finding: { rule: id, level, ...about(thing), message, test: null, rulesFile: null, line: null },
  concerns: [thing, ...others],
})

const MOST_SAID = 5

/** `group A, group B and 3 more` */
export function sayFew(texts: readonly string[]): string {
  const more = texts.length - MOST_SAID
  return more > 0 ? `${texts.slice(0, MOST_SAID).join(', ')} and ${more} more` : texts.join(', ')
}

/** `group Engineering (member)` */
export const sayHeld = (on: Thing, slug: string): string => `${typeWord(on.id.type)} ${on.name} (${slug})`

export const isOut = ({ status }: Thing): boolean => status === 'disabled' || status === 'deleted'
