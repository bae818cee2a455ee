import { relative, resolve } from 'node:path'
import type { AttributeMapping } from '../map/mapping.ts'
import type { ScimConfig } from './config.ts'
import type { DefaultMappings } from './mappings.ts'
import { linesOf } from './mappings.ts'

/** Name of the schema that stands beside the configuration. */
export const SCHEMA_FILE = 'scim.schema.json'

/** Settings of a source whose values are paths. */
const PATHS: ReadonlySet<string> = new Set(['people', 'groups', 'members', 'file'])

/** The text of a `scim.yaml` in `folder` that says what the configuration says, with comments. */
export function configText(config: ScimConfig, defaults: DefaultMappings, folder: string): string {
  const { target, users, groups, onLeave, state } = config
  const path = (text: string): string => quoted(relative(folder, text) || '.')
  const tokenFile = target.token.file
  const token = tokenFile
    ? `  token_file: ${path(tokenFile.path)}`
    : '  # The token comes from the variable BATON_SCIM_TOKEN, or from the file scim-token in $CREDENTIALS_DIRECTORY.\n  # token_file: token'
  return `# yaml-language-server: $schema=./${SCHEMA_FILE}
# What baton-twingate scim provisions. Paths are relative to this file.

target:
  url: ${quoted(target.url)}
${token}

# What the engine remembers; losing it costs a full match and deletes nothing.
state: ${path(state)}

source:
${sourceLines(config, path)}

# Who is provisioned. A filter holds where all of its clauses do; one of the filters must hold.
# scope:
#   users:
#     - name: Sales
#       all:
#         - { attribute: department, operator: equals, value: Sales }

users:
  # How each attribute at the target comes about; scim map --explain USER shows it for one person.
  mapping:
${mappingLines(linesOf('user', users, defaults))}

groups:
  enabled: ${groups.enabled}
  mapping:
${mappingLines(linesOf('group', groups, defaults))}

# What becomes of users that leave: disable, delete or keep.
on_leave: ${onLeave}

# A cycle that would disable or delete more than so many objects, and more than such a share, waits for a word.
deletion_guard: { count: ${config.deletionGuard.count}, share: ${config.deletionGuard.share} }

# Time between two cycles of scim run.
interval: 40m
`
}

const quoted = (text: string): string =>
  /^[\w./@-]+$/.test(text) && !/^[\d.-]/.test(text) ? text : JSON.stringify(text)

function sourceLines({ source, folder }: ScimConfig, path: (text: string) => string): string {
  // What flags can say of a source are texts.
  return Object.entries(source)
    .flatMap(([key, value]) =>
      typeof value === 'string' ? [`  ${key}: ${PATHS.has(key) ? path(resolve(folder, value)) : quoted(value)}`] : [],
    )
    .join('\n')
}

const mappingLines = (lines: readonly AttributeMapping[]): string =>
  lines
    .map(({ target, source, constant }) => {
      const from = source === undefined ? `constant: ${JSON.stringify(constant)}` : `source: ${single(source)}`
      return `    - { target: ${single(target)}, ${from} }`
    })
    .join('\n')

/** In single quotes, in which YAML has one escape only. */
const single = (text: string): string => (/^[A-Za-z.]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`)
