import type { ResourceId } from '../../sdk/model/model.ts'
import type { SyncView } from '../file/sync-view.ts'
import type { Expansion, Holding, Holdings } from '../access/expansion.ts'
import { endOfPaths, type Named, Paths, type Path, sayPath, sayStart, sayStep } from '../access/paths.ts'
import { keyOf, type Thing } from '../model/thing.ts'
import type { Shape } from '../output/columns.ts'
import { type Cell, cellText, type Row, textCell, timeCell } from '../output/row.ts'
import { wordOrder } from '../output/word-order.ts'

const WAYS = ['how', 'path', 'otherPaths', 'until', 'inFile'] as const

/** What a row of access says. */
export const ACCESS_FIELDS = [
  'resource',
  'entitlement',
  ...WAYS,
  'entitlementName',
  'resourceType',
  'resourceId',
  'entitlementId',
] as const

export const ACCESS: Shape = {
  fields: ACCESS_FIELDS,
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
export const accessRows = (
  view: SyncView,
  expansion: Expansion,
  principal: Thing,
  holdings: ReadonlyMap<string, Holding>,
): readonly AccessRow[] => new AccessRows(view, expansion).rows(principal, holdings)

/** What a row says of the entitlement, whoever holds it. */
export interface OfEntitlement {
  readonly resource: string
  readonly entitlement: string
  readonly entitlementName: string | null
  readonly resourceType: string | null
  readonly resourceId: string | null
  readonly entitlementId: string
}

export interface EntitlementCells extends OfEntitlement {
  /** As a step of a path. */
  readonly step: string
  /** Its place among all that are in order; 0 where they are not. */
  place: number
}

/** Makes rows of access, for one principal or for all of them. */
export class AccessRows {
  readonly #view: SyncView
  readonly #expansion: Expansion
  readonly #cells = new Map<string, EntitlementCells>()
  readonly #steps = new Map<string, string>()

  constructor(view: SyncView, expansion: Expansion) {
    this.#view = view
    this.#expansion = expansion
  }

  /** Puts entitlements in order once, so that the rows of each principal need no words to be compared. */
  order(cells: Iterable<EntitlementCells>): void {
    for (const [place, each] of [...new Set(cells)].sort(inWords).entries()) each.place = place + 1
  }

  rows(principal: Named, holdings: ReadonlyMap<string, Holding>): readonly AccessRow[] {
    const paths = new Paths(this.#expansion, (id) => holdings.get(id))
    const say = (id: string): string => this.#stepOf(id)
    return Array.from(holdings.values(), (holding) => ({
      cells: this.cellsOf(holding.entitlementId, holding.grants[0]?.resource),
      holding,
    }))
      .sort((a, b) => inOrder(a.cells, b.cells))
      .map(({ cells, holding }) => accessRow(cells, wayCells(principal, holding, paths.to(holding), say)))
  }

  #stepOf(entitlementId: string): string {
    const known = this.#steps.get(entitlementId) ?? sayStep(this.#view, entitlementId)
    this.#steps.set(entitlementId, known)
    return known
  }

  /** What a row says of an entitlement: the same object each time. `fallback` is what it is on where the file does not hold it. */
  cellsOf(entitlementId: string, fallback: ResourceId | undefined): EntitlementCells {
    const known = this.#cells.get(entitlementId)
    if (known) return known
    const entitlement = this.#view.entitlement(entitlementId)
    const resource = entitlement?.resource ?? fallback
    const cells = {
      resource: resource ? this.#view.thing(resource).name : entitlementId,
      entitlement: entitlement?.slug ?? slugIn(entitlementId),
      entitlementName: textCell(entitlement?.name ?? ''),
      resourceType: resource?.type ?? null,
      resourceId: resource?.id ?? null,
      entitlementId,
      step: this.#stepOf(entitlementId),
      place: 0,
    }
    this.#cells.set(entitlementId, cells)
    return cells
  }
}

const NO_PATHS: readonly string[] = []

/** What the path of whatever a principal holds begins with. */
export const startOf = (principal: Named): string => `${sayStart(principal)} → `

/** The row of what is held directly; `start` is `startOf`. */
export const plainRow = (start: string, cells: EntitlementCells): AccessRow =>
  accessRow(cells, { how: 'direct', path: start + cells.step, otherPaths: NO_PATHS, until: null, inFile: true })

/** A row of access, by its fields. */
export interface AccessRow extends Row, Way, OfEntitlement {}

const accessRow = (cells: EntitlementCells, way: Way): AccessRow => ({
  resource: cells.resource,
  entitlement: cells.entitlement,
  how: way.how,
  path: way.path,
  otherPaths: way.otherPaths,
  until: way.until,
  inFile: way.inFile,
  entitlementName: cells.entitlementName,
  resourceType: cells.resourceType,
  resourceId: cells.resourceId,
  entitlementId: cells.entitlementId,
})

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
        ...wayCells(principal, holding, paths.to(holding), (step) => sayStep(view, step)),
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

interface Way {
  readonly how: string
  readonly path: string | null
  readonly otherPaths: readonly string[]
  readonly until: string | null
  readonly inFile: boolean
}

function wayCells(
  principal: Named,
  { direct, ways, grants }: Holding,
  paths: readonly Path[],
  say: (entitlementId: string) => string,
): Way {
  const [first, ...others] = paths.map((path) => sayPath(principal, path, say))
  return {
    how: direct ? (ways.size > 0 ? 'direct and inherited' : 'direct') : 'inherited',
    path: first ?? null,
    otherPaths: others,
    until: timeCell(endOfPaths(paths)),
    inFile: grants.length > 0,
  }
}

const slugIn = (entitlementId: string): string => entitlementId.slice(entitlementId.lastIndexOf(':') + 1)

const inWords = by('resourceType', 'resource', 'entitlement', 'entitlementId')

const inOrder = (a: EntitlementCells, b: EntitlementCells): number =>
  a.place > 0 && b.place > 0 ? a.place - b.place : inWords(a, b)

const compareWords = wordOrder()

function by<Name extends string>(
  ...fields: readonly Name[]
): (a: Readonly<Record<Name, Cell>>, b: Readonly<Record<Name, Cell>>) => number {
  return (a, b) => {
    for (const field of fields) {
      const order = compareWords(cellText(a[field]), cellText(b[field]))
      if (order !== 0) return order
    }
    return 0
  }
}
