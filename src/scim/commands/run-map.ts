import type { CommandCall } from '../../sdk/cli/command.ts'
import type { ConfigOf } from '../../sdk/settings/field.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { printable } from '../../sdk/text/printable.ts'
import type { SCIM_FIELDS } from '../config/fields.ts'
import type { ScimConfig } from '../config/config.ts'
import type { Mappings } from '../config/mappings.ts'
import { mappingsOf, warningsOf } from '../config/mappings.ts'
import { strangeAttributes } from '../config/strange-attributes.ts'
import { openConfig } from '../config/open-config.ts'
import { evaluate } from '../map/evaluate.ts'
import { explain } from '../map/explain.ts'
import type { Kind } from '../model.ts'
import type { AssignmentFacts } from '../scope/scope.ts'
import { inScope, isSoftDeleted } from '../scope/scope.ts'
import type { Source, SourceFind } from '../source.ts'
import { openConfiguredSource } from './open-source.ts'
import type { Explanation } from './output/map-text.ts'
import { writeExplanation, writeMappings } from './output/map-text.ts'

type MapSettings = ConfigOf<typeof SCIM_FIELDS> & {
  readonly explain: string | undefined
  readonly 'explain-group': string | undefined
}

/** Shows the mappings, or what they make of one object. Gives the exit code. */
export async function runMap(call: CommandCall, settings: MapSettings): Promise<number> {
  const { process, stdout, log } = call
  const { explain: user, 'explain-group': group } = settings
  if (user !== undefined && group !== undefined)
    throw new ConnectorError('invalid-argument', 'configuration', '--explain and --explain-group: keep one of them')
  const config = await openConfig(settings, process.cwd)
  const source = await openConfiguredSource(config, call)
  const mappings = mappingsOf(config, source.defaultMappings)
  for (const warning of warningsOf(mappings, config)) log.warn(warning)
  const isJson = call.config['output'] === 'json'
  const reference = user ?? group
  if (reference === undefined) {
    const { signal, clock, sleep } = process
    const facts = await source.test({ signal, clock, sleep, log })
    for (const warning of strangeAttributes(mappings, config, facts, source.name)) log.warn(warning)
    if (isJson) stdout.write(`${JSON.stringify(mappingsJson(mappings), null, 2)}\n`)
    else writeMappings(stdout, mappings)
    return 0
  }
  const kind: Kind = user === undefined ? 'group' : 'user'
  const found = await findOne(source, kind, reference, call)
  const explanation = explanationOf(found, { kind, config, mappings, source }, call)
  if (isJson) stdout.write(`${JSON.stringify(explanation, null, 2)}\n`)
  else writeExplanation(stdout, explanation)
  return explanation.refusal === undefined ? 0 : 10
}

async function findOne(
  source: Source,
  kind: Kind,
  reference: string,
  { process, log }: CommandCall,
): Promise<SourceFind> {
  const { signal, clock, sleep } = process
  const found = await source.find(kind, reference, { signal, clock, sleep, log })
  const [first] = found
  if (first && found.length === 1) return first
  const operation = `find a ${kind}`
  if (!first) throw new ConnectorError('not-found', operation, `${source.name} has no ${kind} ${printable(reference)}`)
  const ids = found.slice(0, 5).map(({ object }) => printable(object.id))
  throw new ConnectorError(
    'failed-precondition',
    operation,
    `${found.length} ${kind}s of ${source.name} are called ${printable(reference)}; name one by its id: ${ids.join(', ')}`,
  )
}

interface Context {
  readonly kind: Kind
  readonly config: ScimConfig
  readonly mappings: Mappings
  readonly source: Source
}

function explanationOf(
  { object, assignment, groupAssignments }: SourceFind,
  { kind, config, mappings, source }: Context,
  { process }: CommandCall,
): Explanation {
  const { scope } = config
  const facts = factsOf(assignment, groupAssignments)
  const verdict = inScope(scope, kind, object.attributes, facts)
  const isUnclear = source.hasAssignments && scope.mode === 'assigned' && !facts && verdict.inScope
  const softDeleted = isSoftDeleted(verdict, object.enabled)
  const circumstances = { softDeleted, now: process.clock.now(), random: process.random }
  const mapping = mappings[kind]
  const mapped = evaluate(mapping, object, circumstances)
  return {
    kind,
    id: object.id,
    source: source.name,
    scope: isUnclear ? UNCLEAR : verdict.reason,
    enabled: object.enabled,
    match: mapping.match,
    refusal: mapped.refusal,
    values: explain(mapping, object, circumstances),
  }
}

/** `undefined` where it is not assigned by itself and nobody looked at its groups. */
function factsOf(
  direct: SourceFind['assignment'],
  ofGroups: SourceFind['groupAssignments'],
): AssignmentFacts | undefined {
  const all = [...(direct ? [direct] : []), ...(ofGroups ?? [])]
  if (all.length === 0) return ofGroups && { how: 'none', onlyDefaultAccess: false }
  return { how: direct ? 'direct' : 'group', onlyDefaultAccess: all.every(({ defaultAccess }) => defaultAccess) }
}

const UNCLEAR =
  'passes the filters; it is not assigned by itself, and whether one of its groups is assigned is not looked at here'

const mappingsJson = ({ user, group }: Mappings) =>
  Object.fromEntries(
    [user, group].map(({ kind, attributes, match, warnings }) => [
      kind,
      {
        match,
        attributes: attributes.map(({ path, text, apply, default: ifEmpty }) => ({
          target: path,
          from: text,
          apply,
          default: ifEmpty,
        })),
        warnings,
      },
    ]),
  )
