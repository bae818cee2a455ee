import { fieldOf } from '../../../readers/output/columns.ts'
import { cellText, type Row, timeCell } from '../../../readers/output/row.ts'
import { thingRow } from '../../../readers/rows/thing-rows.ts'
import { keyOf, type Thing as Model } from '../../../readers/model/thing.ts'
import type { Entitlement, Thing } from '../answers.ts'
import { idOf, type OpenSync } from '../open-sync.ts'
import { refOf } from '../ref-of.ts'

/** What the page shows elsewhere. */
const ELSEWHERE = new Set(['name', 'type', 'parent', 'id'])

/** Everything about one resource but who holds it and what it holds. Errors: `not-found`. */
export function thingOf(open: OpenSync, key: string): Thing {
  const thing = open.thing(key)
  return {
    sync: open.info,
    ref: refOf(thing),
    facts: factsIn({ ...thingRow(thing), expiresAt: timeCell(thing.expiresAt), ...deviceCells(thing) }),
    parent: thing.parent ? open.ref(thing.parent) : null,
    children: childrenOf(open, key),
    entitlements: entitlementsOf(open, key),
  }
}

/** What a device says of itself besides its profile. */
function deviceCells({ device, profile }: Model): Row {
  if (!device) return {}
  const { os, ...own } = device
  const cells = {
    ...{ ...own, system: os?.type ?? null, systemName: os?.name ?? null },
    ...{ systemVersion: os?.version ?? null, systemBuild: os?.build ?? null },
  }
  const known = new Set(Object.values(profile))
  return Object.fromEntries(Object.entries(cells).filter(([, value]) => !known.has(value)))
}

/** What is known, one for each part of the profile. Tags are a part of it. */
function factsIn(row: Row): Thing['facts'] {
  return Object.keys(row)
    .filter((name) => !ELSEWHERE.has(name) && name !== 'tags')
    .flatMap((name) => {
      const cell = fieldOf(row, name)
      const isMap = cell !== null && typeof cell === 'object' && !Array.isArray(cell)
      return isMap
        ? Object.entries(cell).map(([part, value]) => ({ name: `${name}.${part}`, value: cellText(value) }))
        : [{ name, value: cellText(cell) }]
    })
    .filter(({ value }) => value !== '')
    .concat({ name: 'id', value: cellText(row['id']) })
}

function childrenOf({ source }: OpenSync, key: string): Thing['children'] {
  const { total, things } = source.childrenOf(idOf(key))
  return { total, rows: things.map(refOf).sort((a, b) => (a.name < b.name ? -1 : 1)) }
}

/** What can be held on a resource, what most hold first. */
export function entitlementsOf({ source, view }: OpenSync, key: string): readonly Entitlement[] {
  return Array.from(view.entitlements(idOf(key)), ({ id, slug, name, description }) => ({
    ...{ id, slug },
    name: name === '' ? null : name,
    description: description === '' ? null : description,
    grants: source.countOn(id),
  })).sort((a, b) => b.grants - a.grants || (a.slug < b.slug ? -1 : 1))
}

/** Several keys with commas between them; within one, `%2C` is a comma and `%25` a percent sign. */
export const keysOf = (text: string): readonly string[] => [
  ...new Set(text.split(',').map((key) => keyOf(idOf(key.trim().replaceAll('%2C', ',').replaceAll('%25', '%'))))),
]
