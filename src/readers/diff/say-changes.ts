import { printable } from '../../sdk/text/printable.ts'
import { typeWord } from '../model/thing.ts'
import type { Change } from './change.ts'

const TITLES: Readonly<Record<string, string>> = {
  user: 'People',
  group: 'Groups',
  role: 'Roles',
  entitlement: 'Entitlements',
  grant: 'Access',
}
const MARKS = { added: '+', removed: '-', changed: '~', expired: '!' } as const

/** Changes that belong together, in the order of reading; what touches crown jewels stands before all others. */
export interface ChangeGroup {
  readonly title: string
  readonly changes: readonly Change[]
}

export function groupsOf(changes: readonly Change[]): readonly ChangeGroup[] {
  const jewels = changes.filter(({ jewel }) => jewel)
  const groups = Map.groupBy(
    changes.filter(({ jewel }) => !jewel),
    ({ what }) => what,
  )
  const own = ['user', 'group', 'role']
  const last = ['entitlement', 'grant']
  const others = [...groups.keys()].filter((what) => ![...own, ...last].includes(what)).sort()
  const rest = [...own, ...others, ...last].flatMap((what) => {
    const found = groups.get(what)
    return found ? [{ title: TITLES[what] ?? titleOf(what), changes: found }] : []
  })
  return jewels.length > 0 ? [{ title: 'Crown jewels', changes: jewels }, ...rest] : rest
}

const titleOf = (type: string): string => {
  const word = typeWord(type)
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`
}

/** `3 added, 1 removed`; of each kind that there is. */
export function countsText(changes: readonly Change[]): string {
  const counts = Map.groupBy(changes, ({ change }) => change)
  const said = (['added', 'removed', 'changed', 'expired'] as const)
    .map((kind) => [counts.get(kind)?.length ?? 0, kind] as const)
    .filter(([count]) => count > 0)
  return said.length === 0 ? 'nothing differs' : said.map(([count, kind]) => `${count} ${kind}`).join(', ')
}

/** One change as a person reads it, without its mark. */
export function sayChange({
  what,
  name,
  email,
  resource,
  resourceType,
  entitlement,
  field,
  old,
  new: now,
}: Change): string {
  const who = email === null || email === name ? name : `${name} <${email}>`
  const subject =
    what === 'grant'
      ? `${who} → ${typeWord(resourceType ?? '')} ${resource ?? ''} (${entitlement ?? ''})`
      : what === 'entitlement'
        ? `${typeWord(resourceType ?? '')} ${resource ?? ''} (${entitlement ?? ''})`
        : who
  return field === null ? subject : `${subject}: ${field} ${old ?? 'none'} → ${now ?? 'none'}`
}

/** Changes as text, grouped. */
export const changesText = (changes: readonly Change[]): string =>
  groupsOf(changes)
    .map(
      ({ title, changes: of }) =>
        `${title}\n${of.map((change) => `  ${MARKS[change.change]} ${printable(sayChange(change))}\n`).join('')}`,
    )
    .join('\n')

/** What Markdown or a code host would take for more than text: marks, HTML, mentions, references to issues. */
const escaped = (text: string): string =>
  printable(text)
    .replaceAll(/[\\`*_{}[\]()#+!|~$-]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@\u200b')

/** Changes as Markdown for a pull request. */
export function changesMarkdown(changes: readonly Change[], title: string): string {
  const blocks = groupsOf(changes).map(({ title: heading, changes: of }) => {
    const rows = of.map(
      (change) => `| ${change.change}${change.newAccess ? ', new access' : ''} | ${escaped(sayChange(change))} |\n`,
    )
    return `\n### ${escaped(heading)} (${of.length})\n\n| Change | What |\n| --- | --- |\n${rows.join('')}`
  })
  return `## ${escaped(title)}\n\n${countsText(changes)}\n${blocks.join('')}`
}
