import { z } from 'zod'
import { durationBetween, parseDuration } from '../../sdk/text/duration.ts'
import { APPLIES } from '../map/mapping.ts'
import { NESTED_GROUPS } from '../scope/nested-groups.ts'
import { SCOPE_MODES } from '../scope/scope.ts'
import { ON_LEAVE, QUARANTINE_PROFILES, RUN_MODES } from './config.ts'
import { SourceOptions } from '../sources/options.ts'
import { readTargetUrl } from '../target/target-url.ts'
import { webhookProblem } from './addresses.ts'

/** Least and most time between two cycles. */
const INTERVAL = ['1m', '24h'] as const

const text = z.string().min(1)
const path = text.describe('path, relative to this file')
const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of a variable')

const checked = (check: (value: string) => string | undefined) =>
  text.superRefine((value, context) => {
    const problem = check(value)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  })

const problemIn = (result: object): string | undefined => ('problem' in result ? String(result.problem) : undefined)

const Target = z.strictObject({
  url: checked((value) => problemIn(readTargetUrl(value))).describe(
    'address of the SCIM endpoint, for example https://acme.twingate.com/api/scim/v2',
  ),
  tokenFile: path.optional().describe('file that holds the token; the token itself never stands here'),
  tokenEnv: variable.optional().describe('variable that holds the token; without it BATON_SCIM_TOKEN'),
  profile: z
    .enum(['twingate', 'generic'])
    .optional()
    .describe('what the server is known to want; by its address unless given'),
  rate: z.number().positive().max(1000).optional().describe('most requests a second; 25 at Twingate'),
})

const scalar = z.union([z.string(), z.boolean()])

const MappingLine = z.strictObject({
  target: text.describe('attribute of the target: userName, name.givenName, emails[type eq "work"].value'),
  source: text
    .optional()
    .describe(
      "expression over the attributes of the source, in quotes: '[mail]', 'Join(\" \", [givenName], [surname])'",
    ),
  constant: scalar.optional().describe('the same value for everybody, in place of source'),
  default: scalar.optional().describe('value at a create where the source gives none'),
  apply: z.enum(APPLIES).optional().describe('always, or at the create alone'),
  matching: z.int().min(1).optional().describe('place in the order of matching, from 1; or use match'),
})

const Actions = z
  .strictObject({
    create: z.boolean().default(true),
    update: z.boolean().default(true).describe('disabling is an update'),
    delete: z.boolean().default(true),
  })
  .prefault({})

const Clause = z.strictObject({
  attribute: text.describe('attribute of the source'),
  operator: text.describe('equals, not equals, is true, is null, matches, includes …, or as Entra spells it'),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
})

const Filters = z
  .array(z.strictObject({ name: text.optional(), all: z.array(Clause).min(1).describe('clauses; all must hold') }))
  .default([])
  .describe('filters; one must hold. Without filters everything passes')

const Scope = z
  .strictObject({
    mode: z
      .enum(SCOPE_MODES)
      .default('assigned')
      .describe('what is assigned to the application, or everything; sources without assignments give everything'),
    defaultAccess: z
      .enum(['include', 'exclude'])
      .default('include')
      .describe('whether the role "Default Access" counts as an assignment'),
    users: Filters,
    groups: Filters,
  })
  .prefault({})

const Notify = z.strictObject({
  webhook: z
    .strictObject({
      url: checked(webhookProblem).optional(),
      urlFile: path.optional().describe('file that holds the address, where that is a secret itself'),
    })
    .optional(),
  email: z
    .strictObject({
      host: text,
      port: z.int().min(1).max(65_535).default(587),
      security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
      from: text,
      to: z.union([text, z.array(text).min(1)]),
      user: text.optional(),
      passwordFile: path.optional(),
      passwordEnv: variable.optional(),
    })
    .optional(),
})

const DeletionGuard = z
  .strictObject({
    count: z.int().min(0).default(10).describe('most objects that one cycle may disable or delete'),
    share: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .describe('and the largest share of the linked objects, from 0 to 1; a cycle that exceeds both waits'),
  })
  .prefault({})
  .describe('a cycle that would disable or delete more than both waits for scim allow-deletes')

/** `scim.yaml`, with the keys in the spelling of the code; in the file `tokenFile` is `token_file`. */
export const ScimFile = z.strictObject({
  target: Target,
  state: path.default('scim-state.db').describe('file in which the engine remembers; made when it is missing'),
  source: SourceOptions,
  scope: Scope,
  nestedGroups: z
    .enum(NESTED_GROUPS)
    .default('direct')
    .describe('whether the members of groups in groups count as members of the outer group'),
  users: z
    .strictObject({
      actions: Actions,
      match: z
        .array(z.enum(['externalId', 'userName']))
        .min(1)
        .optional(),
      mapping: z.array(MappingLine).min(1).optional().describe('without it, the one of the source'),
    })
    .prefault({}),
  groups: z
    .strictObject({
      enabled: z.boolean().default(true),
      actions: Actions,
      match: z
        .array(z.enum(['externalId', 'displayName']))
        .min(1)
        .optional(),
      mapping: z.array(MappingLine).min(1).optional().describe('without it, the one of the source'),
    })
    .prefault({}),
  onLeave: z.enum(ON_LEAVE).default('disable').describe('what happens to users who leave the scope'),
  deletionGuard: DeletionGuard,
  quarantine: z
    .enum(QUARANTINE_PROFILES)
    .default('small')
    .describe('when failures stop provisioning: by the measure of a small tenant, or by the figures of Entra'),
  notify: Notify.optional(),
  interval: checked(durationBetween(...INTERVAL))
    .default('40m')
    .describe('time between cycles, such as 40m or 1h30m'),
  mode: z.enum(RUN_MODES).default('all').describe('everything, users alone, memberships alone, or nothing but a plan'),
})
export type ScimFile = z.infer<typeof ScimFile>

/** Milliseconds of an interval that the schema has checked. */
export const intervalMs = (interval: string): number => parseDuration(interval) ?? 0
