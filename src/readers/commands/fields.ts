import type { Field } from '../../sdk/settings/field.ts'

const sources = ['flag'] as const

/** The heading of all readers in the help. */
export const HEADING = 'Read a snapshot'

const FILE = {
  name: 'file',
  kind: 'string-list',
  shorthand: 'f',
  displayName: 'Snapshot files',
  description: "Snapshot to read, several with commas or as a pattern in quotes: 'snapshots/*.c1z' (default sync.c1z)",
  path: 'file',
} as const satisfies Field

const SYNC = {
  name: 'sync',
  kind: 'string',
  displayName: 'Sync',
  description: 'Id of the sync to read, see list syncs (default the one that ended last)',
  sources,
} as const satisfies Field

const OUTPUT = {
  name: 'output',
  kind: 'string',
  displayName: 'Output',
  description: 'Form of results on stdout',
  allowed: ['table', 'wide', 'json', 'ndjson', 'csv'],
  default: 'table',
} as const satisfies Field

/** What every reader takes. */
export const READER_FIELDS = [FILE, SYNC, OUTPUT] as const

/** What readers take that answer in rows. */
export const ROW_FIELDS = [
  {
    name: 'where',
    kind: 'string-list',
    displayName: 'Where',
    description: 'Only rows that meet this condition: status=disabled, email~=@acme.example, profile.team!=IT',
    sources,
  },
  {
    name: 'sort',
    kind: 'string-list',
    displayName: 'Sort',
    description: 'Columns to sort by; --sort=-createdAt from the greatest down',
    sources,
  },
  {
    name: 'columns',
    kind: 'string-list',
    displayName: 'Columns',
    description: 'Columns to show, in this order',
    sources,
  },
  {
    name: 'limit',
    kind: 'int',
    displayName: 'Limit',
    description: 'Most rows to show',
    min: 1,
    max: 1_000_000_000,
    sources,
  },
] as const satisfies readonly Field[]

export const TYPE = {
  name: 'type',
  kind: 'string',
  displayName: 'Type',
  description: 'Resource type of what is named, where several have one name',
  sources,
} as const satisfies Field

/** What readers take that answer about one thing. */
export const INDEX = {
  name: 'index',
  kind: 'bool',
  displayName: 'Index',
  description: 'Keep an index beside the file, FILE.index, so that the next such question is answered at once',
  sources,
} as const satisfies Field

export const TAG = {
  name: 'tag',
  kind: 'string-list',
  displayName: 'Tag',
  description: 'Only what has this tag: key=value, or the key alone',
  sources,
} as const satisfies Field

/** The same flag, where it chooses what comes first. */
export const JEWELS = {
  ...TAG,
  description: 'Tags of the crown jewels, which come first (default tier=0)',
} as const satisfies Field
