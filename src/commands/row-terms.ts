import type { GrantTerms } from '../sdk/contract/provisioner.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ChangeRow } from './change-rows.ts'
import { readTerms } from './grant-terms.ts'
import type { References } from './names/find.ts'

/** Reads the terms of rows, and finds the policies they name, each once. Errors: as the client's; what is wrong with one row stands in its place. */
export async function findTerms(
  rows: readonly ChangeRow[],
  references: Pick<References, 'policies'>,
  now: Date,
): Promise<(row: ChangeRow) => GrantTerms | ConnectorError | undefined> {
  const names = [...new Set(rows.flatMap(({ terms }) => terms?.policy ?? []))]
  const policies = names.length === 0 ? undefined : await references.policies(names)
  return ({ terms }) => {
    if (!terms) return undefined
    const policy = terms.policy === undefined ? undefined : policies?.get(terms.policy)
    if (ConnectorError.is(policy)) return policy
    try {
      return { ...readTerms(terms, now), ...(policy && { policy: policy.id }) }
    } catch (error) {
      return ConnectorError.from(error, 'read terms')
    }
  }
}
