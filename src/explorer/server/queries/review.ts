import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { formatResourceBid } from '../../../sdk/model/ids.ts'
import { csvLine } from '../../../readers/output/csv-line.ts'
import type { Decision, Review, StoredDecision } from '../answers-work.ts'
import type { NewDecision } from '../endpoints.ts'
import { idOf, type OpenSync } from '../open-sync.ts'
import { digestOf, ReviewStore } from '../review-store.ts'
import type { PageOf } from './held.ts'

export const storeOf = (open: OpenSync): ReviewStore => new ReviewStore(open.file.path)

/** Keeps a decision about a grant of this sync. Errors: `not-found` where the sync holds no such grant. */
export function decide(open: OpenSync, given: NewDecision, now: Date): void {
  const { entitlementId, principalKey } = given
  const principal = idOf(principalKey)
  const [grant] = open.view.grantsFor(entitlementId, principal)
  if (!grant)
    throw new ConnectorError('not-found', 'decide', 'there is no such grant in this sync; load the page again')
  const resource = open.ref(grant.resource)
  storeOf(open).put({
    ...given,
    ...{ at: now.toISOString(), syncId: open.info.id, principalName: open.ref(principal).name },
    ...{ resourceKey: resource.key, resourceName: resource.name },
  })
}

export function reviewPage(open: OpenSync, { q, offset, limit }: PageOf): Review {
  const words = (q ?? '').toLowerCase().split(/\s+/)
  const all = storeOf(open)
    .all()
    .filter((each) => {
      const text =
        `${each.principalName} ${each.resourceName} ${each.reviewer} ${each.note} ${each.verdict}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
  const count = (verdict: Decision['verdict']): number => all.filter((each) => each.verdict === verdict).length
  return {
    ...{ sync: open.info, total: all.length, offset },
    counts: { keep: count('keep'), revoke: count('revoke') },
    rows: all.slice(offset, offset + limit).map((each) => told(open, each)),
  }
}

const told = (open: OpenSync, decision: StoredDecision): Decision => ({
  ...decision,
  byHand: decision.verdict === 'keep' ? null : byHand(decision),
  isThere: !open.view.grantsFor(decision.entitlementId, idOf(decision.principalKey)).next().done,
})

/** `apply` takes people out of groups; what else is to go needs a person. */
function byHand({ resourceKey, principalKey, entitlementId }: StoredDecision): string | null {
  const [resource, principal] = [idOf(resourceKey), idOf(principalKey)]
  if (principal.type !== 'user') return 'its holder is no person'
  if (resource.type === 'group' && entitlementId.endsWith(':member')) return null
  return resource.type === 'role'
    ? 'a role is changed to another one, with the command role'
    : 'it is no membership of a group'
}

/** What is to be revoked, as the file that `apply` takes. What `apply` cannot do is left out. */
export function reviewCsv(open: OpenSync): string {
  const columns = ['operation', 'target', 'user', 'group_name', 'user_name', 'reviewer', 'decided_at', 'note']
  const rows = storeOf(open)
    .all()
    .map((each) => told(open, each))
    .filter(({ verdict, byHand: why, isThere }) => verdict === 'revoke' && why === null && isThere)
    .map(({ resourceKey, principalKey, resourceName, principalName, reviewer, at, note }) => [
      ...[
        'revoke',
        formatResourceBid({ resource: idOf(resourceKey) }),
        formatResourceBid({ resource: idOf(principalKey) }),
      ],
      ...[resourceName, principalName, reviewer, at, note],
    ])
  return [columns, ...rows].map(csvLine).join('')
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** The decisions as one HTML page for an auditor: a statement with the digest of the snapshot, signed with the key of the review. */
export async function reviewEvidence(open: OpenSync, now: Date): Promise<string> {
  const { file, info } = open
  const decisions = storeOf(open)
    .all()
    .map((each) => told(open, each))
  const store = storeOf(open)
  const statement = JSON.stringify(
    {
      snapshot: { file: file.name, sha256: await digestOf(file.path), sync: info.id, endedAt: info.endedAt },
      exportedAt: now.toISOString(),
      decisions,
    },
    undefined,
    1,
  )
  const { signature, publicKey } = store.sign(statement)
  const cells = ({ principalName, resourceName, verdict, reviewer, at, note }: Decision): string =>
    [principalName, resourceName, verdict, reviewer, at, note].map((each) => `<td>${escaped(each)}</td>`).join('')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Review of ${escaped(file.name)}</title></head><body>
<h1>Review of ${escaped(file.name)}</h1>
<p>Sync ${escaped(info.id)} of ${escaped(info.endedAt)}; written ${escaped(now.toISOString())}; ${decisions.length} decisions.</p>
<table border="1"><thead><tr><th>Who</th><th>What</th><th>Decision</th><th>Reviewer</th><th>When (UTC)</th><th>Note</th></tr></thead>
<tbody>${decisions.map((each) => `<tr>${cells(each)}</tr>`).join('\n')}</tbody></table>
<h2>Signed statement</h2><pre id="statement">${escaped(statement)}</pre>
<h2>Signature (Ed25519, base64)</h2><pre id="signature">${escaped(signature)}</pre>
<h2>Public key</h2><pre id="key">${escaped(publicKey)}</pre>
</body></html>
`
}
