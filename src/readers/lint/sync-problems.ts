import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Contradiction, ContradictionKind } from '../../sdk/snapshot/read/contradictions.ts'
import type { RawRow } from '../../sdk/snapshot/read/open-snapshot.ts'
import { decodeEntitlement } from '../../sdk/wire/rows/decode-entitlement.ts'
import { decodeGrant } from '../../sdk/wire/rows/decode-grant.ts'
import { decodeResource } from '../../sdk/wire/rows/decode-resource.ts'
import { Expansion } from '../access/expansion.ts'
import type { SyncView } from '../file/sync-view.ts'
import { expandableOf } from '../model/grant-row.ts'
import { keyOf } from '../model/thing.ts'
import { type Problem, problem } from './problem.ts'

/** Most bytes of an id and of a name that the official services take. Source: baton-sdk v0.25.0 `proto/c1/connector/v2/*.proto`. */
const MOST_BYTES = 1024

/** What is wrong with the rows of one sync. */
export function* syncProblems(view: SyncView): Generator<Problem> {
  const broken = new Set<string>()
  for (const found of rowProblems(view)) {
    if (found.problem === 'damaged-row') broken.add(found.id)
    yield found
  }
  yield* countProblems(view)
  for (const found of view.snapshot.contradictions(view.sync.syncId)) yield sayContradiction(found)
  // Paths need every row.
  if (broken.size === 0) yield* pathProblems(view)
}

const rowsText = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const SAID: Readonly<Record<ContradictionKind, (found: Contradiction) => string>> = {
  'unknown-type': ({ about, count }) =>
    `${rowsText(count, 'row')} of the type ${JSON.stringify(about)}, which the sync does not hold`,
  'unknown-parent': ({ about, count }) => `${rowsText(count, 'resource')} below ${about}, which the sync does not hold`,
  'unknown-resource': ({ about, count }) => `${rowsText(count, 'row')} on ${about}, which the sync does not hold`,
  'unknown-entitlement': ({ about, count }) => `${rowsText(count, 'grant')} of ${about}, which the sync does not hold`,
  'unknown-principal': ({ about, count }) => `${rowsText(count, 'grant')} to ${about}, which the sync does not hold`,
  'doubled-grant': ({ about, other, count }) => `${count} grants of ${about} to ${other}`,
  'doubled-id': ({ about, count }) => `${count} rows have the id ${about}`,
}

const sayContradiction = (found: Contradiction): Problem =>
  problem(found.kind, found.about, SAID[found.kind](found), found.count)

/** What the statistics say and what is there. */
function* countProblems({ snapshot, sync }: SyncView): Generator<Problem> {
  const [told, counted] = [snapshot.counts(sync.syncId), snapshot.counted(sync.syncId)]
  for (const kind of ['resources', 'entitlements', 'grants'] as const)
    for (const type of new Set([...Object.keys(told[kind]), ...Object.keys(counted[kind])])) {
      const [said, there] = [told[kind][type] ?? 0, counted[kind][type] ?? 0]
      // Statistics of a sync of resources say nothing of the rest.
      if (said === there || (kind !== 'resources' && Object.keys(told[kind]).length === 0)) continue
      yield problem(
        'wrong-count',
        type,
        `the statistics say ${said} ${kind} of the type ${type}, and there are ${there}`,
        there,
      )
    }
}

function* rowProblems(view: SyncView): Generator<Problem> {
  const { snapshot, sync } = view
  for (const row of snapshot.rows('v1_resources', sync.syncId)) {
    const id = textOf(row, 'external_id')
    yield* judged(`the resource ${id}`, id, () => {
      const resource = decodeResource(bytesOf(row))
      return [
        ...sameId(id, resource.id && keyOf(resource.id)),
        ...nameProblems(`the resource ${id}`, id, resource.displayName),
      ]
    })
  }
  for (const row of snapshot.rows('v1_entitlements', sync.syncId)) {
    const id = textOf(row, 'external_id')
    yield* judged(`the entitlement ${id}`, id, () => {
      const { id: own, displayName, slug } = decodeEntitlement(bytesOf(row))
      return [
        ...sameId(id, own),
        ...nameProblems(`the entitlement ${id}`, id, displayName.trim() === '' ? slug : displayName),
      ]
    })
  }
  for (const row of snapshot.rows('v1_grants', sync.syncId)) {
    const id = textOf(row, 'external_id')
    yield* judged(`the grant ${id}`, id, () => {
      const grant = decodeGrant(bytesOf(row))
      const { expansion } = row
      expandableOf({
        expansion: expansion instanceof Uint8Array ? expansion : undefined,
        annotations: grant.annotations,
      })
      const columns = [
        textOf(row, 'entitlement_id'),
        `${textOf(row, 'principal_resource_type_id')}:${textOf(row, 'principal_resource_id')}`,
      ]
      return [
        ...sameId(id, grant.id),
        ...sameId(columns[0] ?? '', grant.entitlement?.id),
        ...sameId(columns[1] ?? '', grant.principal?.id && keyOf(grant.principal.id)),
        ...lengthProblems(`the id of the grant ${id}`, id, id),
      ]
    })
  }
}

function judged(what: string, id: string, work: () => readonly Problem[]): readonly Problem[] {
  try {
    return work()
  } catch (error) {
    if (!ConnectorError.is(error) || error.code !== 'data-loss') throw error
    return [problem('damaged-row', id, `the row of ${what} is damaged`)]
  }
}

/** A row that says in its columns what its message denies. Slim rows leave the message empty. */
const sameId = (column: string, message: string | undefined): readonly Problem[] =>
  message === undefined || message === '' || message === ':' || message === column
    ? []
    : [problem('wrong-id', column, `the row of ${column} holds the message of ${message}`)]

function nameProblems(what: string, id: string, name: string): readonly Problem[] {
  if (name.trim() === '') return [problem('empty-name', id, `${what} has no name`)]
  return [...lengthProblems(`the name of ${what}`, id, name), ...lengthProblems(`the id of ${what}`, id, id)]
}

function lengthProblems(what: string, id: string, text: string): readonly Problem[] {
  if (text.length * 3 <= MOST_BYTES) return []
  const bytes = Buffer.byteLength(text)
  return bytes <= MOST_BYTES
    ? []
    : [problem('too-long', id, `${what.slice(0, 200)} has ${bytes} bytes, and official services take ${MOST_BYTES}`)]
}

/** Problems of grants that pass access on: missing sources, sources that are not the principal's, and cycles. */
function* pathProblems(view: SyncView): Generator<Problem> {
  for (const grant of view.grants({ mayExpand: true }))
    for (const source of new Set(expandableOf(grant)?.entitlementIds)) {
      const entitlement = view.entitlement(source)
      if (!entitlement)
        yield problem(
          'unknown-source',
          grant.id,
          `the grant ${grant.id} passes on to holders of ${source}, which the sync does not hold`,
        )
      else if (keyOf(entitlement.resource) !== keyOf(grant.principal))
        yield problem(
          'wrong-source',
          grant.id,
          `the grant ${grant.id} to ${keyOf(grant.principal)} passes on to holders of ${source}, which is on ${keyOf(entitlement.resource)}`,
        )
    }
  for (const members of new Expansion(view).cycles) {
    const [first = ''] = members
    yield problem('cycle', first, `these entitlements form a cycle: ${members.join(' → ')} → ${first}`, members.length)
  }
}

function textOf(row: RawRow, column: string): string {
  const value = row[column]
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

const NO_BYTES = new Uint8Array()
const bytesOf = ({ data }: RawRow): Uint8Array => (data instanceof Uint8Array ? data : NO_BYTES)
