import { createHash } from 'node:crypto'
import type { RandomBytes, Clock } from '../../sdk/ground/ports.ts'
import type { ScimConfig } from '../config/config.ts'
import { fingerprint } from '../config/fingerprint.ts'
import type { Mappings } from '../config/mappings.ts'
import { evaluate } from '../map/evaluate.ts'
import type { Kind } from '../model.ts'
import type { Policy } from '../plan/policy.ts'
import { inScope } from '../scope/scope.ts'
import type { Source } from '../source.ts'

/** What the configuration decides, for a source. */
export function policyOf(
  config: ScimConfig,
  mappings: Mappings,
  { hasAssignments }: Pick<Source, 'hasAssignments'>,
  { clock, random }: { readonly clock: Clock; readonly random: RandomBytes },
): Policy {
  const { scope, users, groups, mode } = config
  const wanted = mode === 'dry' ? 'all' : mode
  return {
    fingerprint: createHash('sha256')
      .update(JSON.stringify([fingerprint(config, mappings), config.onLeave, users.actions, groups.actions, mode]))
      .digest('hex'),
    scope: hasAssignments ? scope.mode : 'all',
    defaultAccess: scope.defaultAccess,
    nestedGroups: config.nestedGroups,
    matching: { user: mappings.user.match, group: mappings.group.match },
    actions: { user: users.actions, group: groups.actions },
    mode: wanted === 'all' && !groups.enabled ? 'users' : wanted,
    onLeave: config.onLeave,
    guard: config.deletionGuard,
    hidden: { user: mappings.user.hidden, group: mappings.group.hidden },
    // Assignments were judged before, where the memberships are.
    inScope: (kind, object) => inScope(scope, kind, object.attributes, undefined),
    map(kind: Kind, object, softDeleted) {
      const circumstances = { softDeleted, now: clock.now(), random }
      const { values, onCreate, candidates, refusal } = evaluate(mappings[kind], object, circumstances)
      return {
        values,
        onCreate: { ...values, ...onCreate },
        candidates,
        problems: refusal === undefined ? [] : [refusal],
      }
    },
  }
}
