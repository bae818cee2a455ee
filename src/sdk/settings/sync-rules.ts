import type { ResourceType } from '../model/model.ts'
import { parseResourceBid } from '../model/ids.ts'
import { oneOf } from './field-value.ts'
import { maySay } from '../text/refused-word.ts'
import type { Problem } from './problem.ts'
import type { Rule } from './resolve-config.ts'

/** Conditions between the settings of a sync. `types` are asked for only when one of them is named. */
export const syncRules = (types: () => Promise<readonly ResourceType[]>): readonly Rule[] => [
  (values) =>
    values.get('skip-grants') === true && !values.has('sync-resources')
      ? [
          {
            subject: '--skip-grants (BATON_SKIP_GRANTS)',
            text: 'works only together with --sync-resources (BATON_SYNC_RESOURCES)',
          },
        ]
      : [],
  async (values) => {
    const named = listOf(values.get('sync-resource-types'))
    return named.length === 0 ? [] : unknownTypes('sync-resource-types', named, await types())
  },
  async (values) => {
    const named = listOf(values.get('sync-resources')).map((bid) => parseResourceBid(bid).resource.type)
    return named.length === 0 ? [] : unknownTypes('sync-resources', [...new Set(named)], await types())
  },
]

const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

function unknownTypes(flag: string, named: readonly string[], types: readonly ResourceType[]): readonly Problem[] {
  const ids = types.map((type) => type.id).sort()
  return named
    .filter((id) => !ids.includes(id))
    .map((id) => ({
      subject: `--${flag} (BATON_${flag.toUpperCase().replaceAll('-', '_')})`,
      text: `unknown resource type${maySay(id, ids) ? ` ${JSON.stringify(id)}` : ''}; there are ${oneOf(ids).replace(' or ', ' and ')}`,
    }))
}
