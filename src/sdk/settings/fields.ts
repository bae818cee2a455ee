import { ConnectorError } from '../ground/errors.ts'
import type { Field } from './field.ts'
import { parseResourceBid } from '../model/ids.ts'
import { isPercent } from '../text/percent-text.ts'

const BID_FORM = 'must be resource ids of the form bid:r:<type>/<id>'

/** Where a sync writes unless told otherwise. */
export const DEFAULT_FILE = 'sync.c1z'

/**
 * Settings every connector has, whatever it connects to. Names and defaults are the Go SDK's where it has them.
 *
 * Source: baton-sdk `pkg/field/defaults.go`; `max-shrink`, `config` and `output` are ours, the last three are variables without a flag there too.
 */
export const SDK_FIELDS = [
  {
    name: 'log-level',
    kind: 'string',
    displayName: 'Log level',
    description: 'Least level that is logged',
    allowed: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    export: 'ops',
  },
  {
    name: 'http-timeout-seconds',
    kind: 'int',
    displayName: 'HTTP timeout',
    description: 'Seconds one request may take',
    min: 1,
    max: 1800,
    default: 300,
    export: 'ops',
  },
  {
    name: 'log-format',
    kind: 'string',
    displayName: 'Log format',
    description: 'Form of the log; unless given, console where stdout is a terminal, else json',
    allowed: ['json', 'console'],
  },
  {
    name: 'log-path',
    kind: 'string-list',
    displayName: 'Log files',
    description: 'Files to log to instead of stderr; stdout and stderr name the streams',
    path: 'file',
  },
  {
    name: 'file',
    kind: 'string',
    shorthand: 'f',
    displayName: 'Snapshot file',
    description: 'Snapshot file to write',
    path: 'file',
    default: DEFAULT_FILE,
  },
  {
    name: 'workers',
    kind: 'int',
    displayName: 'Workers',
    description: 'Most requests in flight at once; 0 leaves the choice to the program',
    min: 0,
    max: 32,
    default: 0,
    // Source: bench/README.md, workers.
    zeroMeans: 2,
  },
  {
    name: 'one-listing-a-request',
    kind: 'bool',
    displayName: 'One listing a request',
    description: 'Ask for one list in each request, instead of a page of every list at once',
    export: 'ops',
  },
  {
    name: 'sync-resource-types',
    kind: 'string-list',
    displayName: 'Resource types',
    description: 'Sync only these resource types',
  },
  {
    name: 'sync-resources',
    kind: 'string-list',
    displayName: 'Resources',
    description: 'Sync only these resources, as bid:r:<type>/<id>',
    check: (item) => (isResourceBid(item) ? undefined : BID_FORM),
  },
  {
    name: 'skip-entitlements-and-grants',
    kind: 'bool',
    displayName: 'Skip entitlements and grants',
    description: 'Sync resources only',
  },
  {
    name: 'skip-grants',
    kind: 'bool',
    displayName: 'Skip grants',
    description: 'Sync entitlements but no grants; only with --sync-resources',
  },
  {
    name: 'skip-expand-grants',
    kind: 'bool',
    displayName: 'Skip expansion of grants',
    description: 'Add no grants that follow from others',
  },
  {
    name: 'max-shrink',
    kind: 'string',
    displayName: 'Largest loss',
    description:
      'Refuse a sync that lost more of any kind of row than this since the last finished one, for example 30%',
    placeholder: '30%',
    export: 'ops',
    check: isPercent,
  },
  {
    name: 'c1z-temp-dir',
    kind: 'string',
    displayName: 'Temporary directory',
    description: 'Directory for large working files; beside the snapshot file unless given',
    path: 'existing-directory',
    fallbackEnv: 'BATON_TMPDIR',
  },
  {
    name: 'storage-engine',
    kind: 'string',
    displayName: 'Storage engine',
    description: 'Form of the snapshot file',
    allowed: ['sqlite'],
    refused: {
      pebble:
        'only Go programs can read such files, while every official tool reads sqlite; leave the flag out or say sqlite',
    },
    default: 'sqlite',
  },
  {
    name: 'config',
    kind: 'string',
    displayName: 'Config file',
    description: 'YAML file with settings; ./.baton.yaml is read if it exists, unless given',
    path: 'file',
    env: 'BATON_CONFIG_PATH',
    sources: ['flag', 'env'],
  },
  {
    name: 'output',
    kind: 'string',
    displayName: 'Output',
    description: 'Form of results on stdout',
    allowed: ['table', 'json'],
    default: 'table',
  },
  {
    name: 'keep-sync-count',
    kind: 'int',
    displayName: 'Syncs kept',
    description: 'Finished full syncs kept in the file',
    min: 1,
    max: 1000,
    default: 2,
    sources: ['env'],
  },
  {
    name: 'skip-cleanup',
    kind: 'bool',
    displayName: 'Skip cleanup',
    description: 'Keep every sync in the file',
    sources: ['env'],
  },
  {
    name: 'decoder-max-decoded-size-mb',
    kind: 'int',
    displayName: 'Largest file',
    description: 'Most MiB an existing file may unpack to',
    min: 1,
    max: 1_048_576,
    sources: ['env'],
  },
] as const satisfies readonly Field[]

function isResourceBid(text: string): boolean {
  try {
    parseResourceBid(text)
    return true
  } catch (error) {
    // The problem list names the flag and the expected form; the parser's own sentence adds nothing.
    if (ConnectorError.is(error)) return false
    throw error
  }
}

/** How changes are carried out, whoever asks for them: a subcommand or a flag of Go connectors. */
export const CHANGE_FIELDS = [
  {
    name: 'dry-run',
    kind: 'bool',
    displayName: 'Dry run',
    description: 'Say what a change would do and send nothing but reads',
    // A variable left behind in an environment would silently undo every change that is asked for.
    sources: ['flag'],
  },
  {
    name: 'update-file',
    kind: 'bool',
    displayName: 'Update the file',
    description: 'After a change, bring --file up to date, as a new full sync',
    sources: ['flag'],
  },
  {
    name: 'yes',
    kind: 'bool',
    shorthand: 'y',
    displayName: 'Yes',
    description: 'Do not ask before what cannot be taken back',
    sources: ['flag'],
  },
] as const satisfies readonly Field[]
