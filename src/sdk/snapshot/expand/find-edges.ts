import { ConnectorError } from '../../ground/errors.ts'
import type { ExpansionEdge } from '../../sync/expand/graph.ts'
import type { Involved } from './involved.ts'
import type { StoredEdge } from './stored-edges.ts'

export interface FoundEdges {
  readonly edges: readonly ExpansionEdge[]
  /** Sources that grants name and that are not stored; nothing can come from them. */
  readonly missing: number
}

/**
 * The edges between stored entitlements, by their place in `involved`.
 *
 * Errors: `failed-precondition` for a grant that passes on what is not its own principal's.
 * Source: baton-sdk v0.25.0 `pkg/sync/syncer.go`, which fails there as well.
 */
export function findEdges(stored: readonly StoredEdge[], involved: readonly Involved[]): FoundEdges {
  const numbers = new Map(involved.map(({ id }, number) => [id, number]))
  const edges: ExpansionEdge[] = []
  let missing = 0
  for (const { grantId, principal, sources, target, shallow, types } of stored)
    for (const id of sources) {
      const source = numbers.get(id)
      const resource = source === undefined ? undefined : involved[source]?.resource
      if (source === undefined || resource === undefined) {
        missing++
        continue
      }
      if (resource.type !== principal.type || resource.id !== principal.id) throw foreign(grantId, id)
      const end = numbers.get(target)
      if (end !== undefined) edges.push({ source, target: end, shallow, types })
    }
  return { edges, missing }
}

const foreign = (grantId: string, source: string): ConnectorError =>
  new ConnectorError(
    'failed-precondition',
    'expand grants',
    `the grant ${JSON.stringify(grantId)} passes on ${JSON.stringify(source)}, which is no entitlement of its principal; the connector that wrote it must be fixed`,
  )
