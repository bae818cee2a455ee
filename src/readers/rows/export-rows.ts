import { makeRoomForRows } from '../../sdk/ground/room-for-rows.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import { Expansion } from '../access/expansion.ts'
import { GrantsByPrincipal } from '../access/grants-by-principal.ts'
import type { SyncView } from '../file/sync-view.ts'
import { keyOf, type Kind, kindOf } from '../model/thing.ts'
import type { Shape } from '../output/columns.ts'
import { type Cell, type Row, textCell } from '../output/row.ts'
import { ACCESS, ACCESS_FIELDS, AccessRows, type EntitlementCells, plainRow, startOf } from './access-rows.ts'
import { fieldTexts, type RowForm, textOf } from './row-form.ts'

const PRINCIPAL = ['principal', 'email', 'status', 'kind', 'principalType', 'principalId'] as const

export const EXPORT: Shape = { fields: [...PRINCIPAL, ...ACCESS.fields], narrow: [...PRINCIPAL, ...ACCESS.narrow] }

interface Principal {
  readonly id: ResourceId
  readonly kind: Kind
  readonly name: string
  readonly email: string
  readonly status: string
}

/**
 * One row for each principal and entitlement that it holds, directly or by way of others; one row without an entitlement for a person who holds nothing.
 *
 * Shape: people first, by name, address and id, then other principals by type, name and id; what each holds by type, name and slug. The same file
 * always gives the same rows in the same order.
 */
export function* exportRows(view: SyncView): Generator<Row> {
  let count = 0
  for (const { principal, rows, plain } of exportParts(view)) {
    const start = startOf(principal)
    for (const row of rows ?? plain.map((cells) => plainRow(start, cells))) {
      makeRoomForRows(++count)
      yield exportRow(principal, row)
    }
  }
}

/** The rows of one principal: in full, or what it holds directly, of which nothing more is to be said. */
type ExportPart =
  | { readonly principal: Principal; readonly rows: readonly AccessCells[]; readonly plain?: never }
  | { readonly principal: Principal; readonly rows?: never; readonly plain: readonly EntitlementCells[] }

function* exportParts(view: SyncView): Generator<ExportPart> {
  const expansion = new Expansion(view)
  const grants = new GrantsByPrincipal(view)
  const access = new AccessRows(view, expansion)
  const cells = grants.held.map((held) => access.cellsOf(held.entitlementId, held.resource))
  const passesOn = grants.held.map(({ entitlementId }) => expansion.passesOn(entitlementId))
  access.order([...cells, ...expansion.targets.map((id) => access.cellsOf(id, undefined))])
  for (const { principal, number } of principalsOf(view, grants)) {
    const held = grants.plainlyHeld(number)
    if (held?.some((each) => passesOn[each]) === false) {
      if (held.length > 0) yield { principal, plain: inPlace(held, cells) }
      else yield { principal, rows: [NO_ACCESS] }
      continue
    }
    const rows = access.rows(principal, expansion.ofPrincipal(principal.id, grants.grantsOf(number)))
    yield { principal, rows: rows.length === 0 ? [NO_ACCESS] : rows }
  }
}

/** What is held, by its number, in order and once each. */
function inPlace(held: readonly number[], all: readonly EntitlementCells[]): readonly EntitlementCells[] {
  const cells: EntitlementCells[] = []
  for (const number of held) {
    const each = all[number]
    if (each) cells.push(each)
  }
  cells.sort((a, b) => a.place - b.place)
  return cells.some((each, i) => each === cells[i + 1]) ? [...new Set(cells)] : cells
}

/**
 * The rows of `exportRows` as texts of a form, those of one principal at a time.
 *
 * Why: a million rows repeat what they say of a hundred thousand principals and some thousand entitlements, each of which becomes text once.
 */
export function* exportTexts(view: SyncView, form: RowForm): Generator<readonly string[]> {
  const texts: PlainTexts[] = []
  let count = 0
  for (const { principal, rows, plain } of exportParts(view)) {
    const atOnce = (rows ?? plain).length
    count += atOnce
    makeRoomForRows(count, atOnce)
    if (rows) {
      yield rows.map((row) => textOf(exportRow(principal, row), EXPORT.fields, form))
      continue
    }
    const head = form.start + fieldTexts(principalCells(principal), PRINCIPAL, 0, form)
    const start = startOf(principal)
    const opened = form.part(start)
    yield plain.map((cells) => {
      const { before, step, after } = (texts[cells.place] ??= plainTexts(cells, form))
      const path =
        opened === undefined || step === undefined
          ? form.value(start + cells.step, 'path')
          : form.open + opened + step + form.close
      return head + before + path + after
    })
  }
}

/** What the row of an entitlement that is held directly says before and behind its path, and the last step of that. */
interface PlainTexts {
  readonly before: string
  readonly step: string | undefined
  readonly after: string
}

function plainTexts(cells: EntitlementCells, form: RowForm): PlainTexts {
  const row = plainRow('', cells)
  const [before, after] = [ACCESS_FIELDS.slice(0, PATH), ACCESS_FIELDS.slice(PATH + 1)]
  const at = PRINCIPAL.length + PATH
  return {
    before: fieldTexts(row, before, PRINCIPAL.length, form) + form.lead(at, 'path'),
    step: form.part(cells.step),
    after: fieldTexts(row, after, at + 1, form) + form.end,
  }
}

const PATH = ACCESS_FIELDS.indexOf('path')

/** A row of access, or nulls. */
type AccessCells = Readonly<Record<(typeof ACCESS_FIELDS)[number], Cell>>

const NO_ACCESS = Object.fromEntries(ACCESS_FIELDS.map((field) => [field, null])) as Readonly<
  Record<(typeof ACCESS_FIELDS)[number], null>
>

const principalCells = ({ id, kind, name, email, status }: Principal) => ({
  principal: name,
  email: textCell(email),
  status: textCell(status),
  kind: kind === 'other' ? id.type : kind,
  principalType: id.type,
  principalId: id.id,
})

const exportRow = (principal: Principal, access: AccessCells): Row => ({ ...principalCells(principal), ...access })

/** A principal and its number among those who hold something. */
interface Numbered {
  readonly principal: Principal
  readonly number: number
}

/** All people, and whoever else holds something. */
function principalsOf(view: SyncView, grants: GrantsByPrincipal): readonly Numbered[] {
  const people = new Set(view.typesWhere(({ traits }) => traits.includes('user')))
  const holders: (Principal | undefined)[] = []
  const others = new Map<string, Principal>()
  for (const { id, kind, name, email, status } of view.things()) {
    const number = grants.numberOf(id)
    const holder = grants.principals[number]
    if (holder) holders[number] = { id: holder, kind, name, email, status }
    else if (people.has(id.type)) others.set(keyOf(id), { id, kind, name, email, status })
  }
  // Principals without a row in the file are added as well.
  const kindOfType = ({ type }: ResourceId): Kind => kindOf(view.types.get(type)?.traits ?? [])
  const all = grants.principals.map((id, number) => ({
    principal: holders[number] ?? { id, kind: kindOfType(id), name: id.id, email: '', status: '' },
    number,
  }))
  for (const principal of others.values()) all.push({ principal, number: -1 })
  return all.sort((a, b) => inOrder(a.principal, b.principal))
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const inOrder = (a: Principal, b: Principal): number =>
  Number(a.kind !== 'user') - Number(b.kind !== 'user') ||
  (a.kind === 'user' ? 0 : compareText(a.id.type, b.id.type)) ||
  compareText(a.name, b.name) ||
  compareText(a.email, b.email) ||
  compareText(keyOf(a.id), keyOf(b.id))
