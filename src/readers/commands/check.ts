import { defineCommand } from '../../sdk/cli/command.ts'
import { RULE_IDS } from '../check/rules/rule-ids.ts'
import { HEADING, READER_FIELDS, ROW_FIELDS, TAG } from './fields.ts'

const sources = ['flag'] as const
const SKIPPED: readonly string[] = [...RULE_IDS, 'all']

export const checkCommand = defineCommand({
  name: 'check',
  summary: 'check a snapshot against rules: who must reach what, and who must not',
  heading: HEADING,
  arguments: [{ name: 'file', many: true, optional: true, file: true }],
  fields: [
    ...READER_FIELDS,
    {
      name: 'junit',
      kind: 'string',
      displayName: 'JUnit file',
      description: 'File to write as JUnit XML, a case for each test and rule',
      path: 'file',
      sources,
    },
    {
      name: 'sarif',
      kind: 'string',
      displayName: 'SARIF file',
      description: 'File to write as SARIF 2.1.0, a result for each finding',
      path: 'file',
      sources,
    },
    { ...TAG, description: 'Only findings that concern what has this tag: key=value, or the key alone' },
    {
      name: 'skip-rules',
      kind: 'string-list',
      displayName: 'Skip rules',
      description: 'Built-in rules to leave out, by their ids; all leaves only the tests',
      sources,
      check: (id) => (SKIPPED.includes(id) ? undefined : `must be of ${SKIPPED.join(', ')}`),
    },
    ...ROW_FIELDS,
  ],
  examples: `Examples:
  baton-twingate check                               the built-in rules, on sync.c1z
  baton-twingate check access-rules.yaml -f sync.c1z
  baton-twingate check rules/*.yaml --junit access.xml --sarif access.sarif
FILE holds rules (docs/rules.schema.json); the snapshot is that of -f, or a FILE that is one.
  tests:
    - src: group:contractors      a person, or everyone who holds a group or role
      accept: [wiki]
      deny: [Production database]
    - src: ada@acme.example
      exactly: [Production database, wiki]
      types: resource
      at: 2026-12-24
  rules: { empty-group: false, standing-access: 90 }
Built-in: ${RULE_IDS.join(', ')}.
Exit codes: 0 as it should be, 10 findings, 5 a name that nothing has, 3 an ambiguous name or a wrong file.`,
  async run(call) {
    const { runCheck } = await import('./run-check.ts')
    return runCheck(call, call.config, call.words)
  },
})
