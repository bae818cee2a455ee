import type { Field } from './field.ts'
import { readShard } from './tenants/shard.ts'

/** Settings of a run for several tenants. They are read by a sync, the schedule, `validate` and `status`. */
export const TENANT_FIELDS = [
  {
    name: 'tenants',
    kind: 'string',
    displayName: 'Tenants',
    description: 'YAML or JSON file of several tenants, each with its key and its snapshot file',
    path: 'file',
  },
  {
    name: 'shard',
    kind: 'string',
    displayName: 'Shard',
    description: 'Only the tenants of this part, i/N with i from 0, for example $JOB_COMPLETION_INDEX/4',
    check: (value) => {
      const read = readShard(value)
      return 'problem' in read ? read.problem : undefined
    },
  },
  {
    name: 'tenants-at-once',
    kind: 'int',
    displayName: 'Tenants at once',
    description: 'Most tenants that are read at the same time',
    min: 1,
    max: 64,
    default: 4,
  },
] as const satisfies readonly Field[]
