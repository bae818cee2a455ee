import type { SyncView } from '../file/sync-view.ts'
import type { Expansion, Holding, Holdings } from '../access/expansion.ts'
import { endOfPaths, Paths, type Path, sayPath } from '../access/paths.ts'
import { keyOf, type Thing } from '../model/thing.ts'
import type { Shape } from '../output/columns.ts'
import { cellText, type Row, textCell, timeCell } from '../output/row.ts'

const WAYS = ['how', 'path', 'otherPaths', 'until', 'inFile'] as const

export const ACCESS: Shape = {
  fields: ['resource', 'entitlement', ...WAYS, 'entitlementName', 'resourceType', 'resourceId', 'entitlementId'],
  narrow: ['resource', 'entitlement', 'how', 'until', 'path'],
}

export const HOLDERS: Shape = {
  fields: [
    'principal',
    'email',
    'status',
    'entitlement',
    ...WAYS,
    'kind',
    'principalType',
    'principalId',
    'entitlementId',
  ],
  narrow: ['principal', 'email', 'status', 'kind', 'entitlement', 'how', 'until', 'path'],
}

/** What one principal can reach, a row for each entitlement. */
export function accessRows(
  view: SyncView,
  expansion: Expansion,
  principal: Thing,
  holdings: ReadonlyMap<string, Holding>,
): readonly Row[] {
  const paths = new Paths(expansion, (id) => holdings.get(id))
  const rows = [...holdings.values()].map((holding) => {
    const entitlement = view.entitlement(holding.entitlementId)
    const resource = entitlement?.resource ?? holding.grants[0]?.resource
    return {
      resource: resource ? view.thing(resource).name : holding.entitlementId,
      entitlement: entitlement?.slug ?? slugIn(holding.entitlementId),
      ...wayCells(view, principal, holding, paths.to(holding)),
      entitlementName: textCell(entitlement?.name ?? ''),
      resourceType: resource?.type ?? null,
      resourceId: resource?.id ?? null,
      entitlementId: holding.entitlementId,
    }
  })
  return rows.sort(by('resourceType', 'resource', 'entitlement', 'entitlementId'))
}

/** Who holds the entitlements, people first. */
export function holderRows(
  view: SyncView,
  expansion: Expansion,
  entitlementIds: readonly string[],
  holdings: Holdings,
): readonly Row[] {
  const rows = entitlementIds.flatMap((id) =>
    [...(holdings.get(id)?.values() ?? [])].map((holding) => {
      const principal = view.thing(holding.principal)
      const key = keyOf(holding.principal)
      const paths = new Paths(expansion, (step) => holdings.get(step)?.get(key))
      return {
        principal: principal.name,
        email: textCell(principal.email),
        status: textCell(principal.status),
        entitlement: view.entitlement(id)?.slug ?? slugIn(id),
        ...wayCells(view, principal, holding, paths.to(holding)),
        kind: principal.kind === 'other' ? principal.id.type : principal.kind,
        principalType: principal.id.type,
        principalId: principal.id.id,
        entitlementId: id,
      }
    }),
  )
  const people = rows.filter(({ kind }) => kind === 'user')
  const others = rows.filter(({ kind }) => kind !== 'user')
  const order = by('principal', 'email', 'principalId', 'entitlement')
  return [...people.sort(order), ...others.sort((a, b) => by('kind')(a, b) || order(a, b))]
}

function wayCells(view: SyncView, principal: Thing, { direct, ways, grants }: Holding, paths: readonly Path[]) {
  const [first, ...others] = paths.map((path) => sayPath(view, principal, path))
  return {
    how: direct ? (ways.size > 0 ? 'direct and inherited' : 'direct') : 'inherited',
    path: first ?? null,
    otherPaths: others,
    until: timeCell(endOfPaths(paths)),
    inFile: grants.length > 0,
  }
}

const slugIn = (entitlementId: string): string => entitlementId.slice(entitlementId.lastIndexOf(':') + 1)

const words = new Intl.Collator('en', { numeric: true })

const by =
  (...fields: readonly string[]) =>
  (a: Row, b: Row): number => {
    for (const field of fields) {
      const order = words.compare(cellText(a[field]), cellText(b[field]))
      if (order !== 0) return order
    }
    return 0
  }
