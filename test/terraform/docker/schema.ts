import type { ProviderSchema } from '../provider-schema.ts'
import {
  block,
  computed,
  either,
  manyInAnyOrder,
  optional,
  required,
  TEXT_MAP,
  TEXT_SET,
  TEXTS,
  typeSchema,
} from '../schema-words.ts'

/** Of `kreuzwerker/docker`, version 4, the two types that the modules use, and of those what they could need. */
const container = block(
  {
    id: either('string'),
    name: required('string'),
    image: required('string'),
    hostname: either('string'),
    command: either(TEXTS),
    entrypoint: either(TEXTS),
    env: either(TEXT_SET),
    user: optional('string'),
    read_only: optional('bool'),
    restart: optional('string'),
    memory: optional('number'),
    memory_swap: optional('number'),
    init: either('bool'),
    tmpfs: optional(TEXT_MAP),
    security_opts: either(TEXT_SET),
    network_mode: optional('string'),
    working_dir: optional('string'),
    must_run: optional('bool'),
    start: optional('bool'),
    wait: optional('bool'),
    wait_timeout: optional('number'),
    stop_signal: either('string'),
    stop_timeout: either('number'),
    destroy_grace_seconds: optional('number'),
    // An optional and computed block is an attribute to Terraform, written as a block all the same.
    healthcheck: either([
      'list',
      [
        'object',
        {
          test: TEXTS,
          interval: 'string',
          timeout: 'string',
          start_period: 'string',
          start_interval: 'string',
          retries: 'number',
        },
      ],
    ]),
    exit_code: computed('number'),
  },
  {
    capabilities: { ...manyInAnyOrder(block({ add: optional(TEXT_SET), drop: optional(TEXT_SET) })), max_items: 1 },
    labels: manyInAnyOrder(block({ label: required('string'), value: required('string') })),
    mounts: manyInAnyOrder(
      block({
        target: required('string'),
        type: required('string'),
        source: optional('string'),
        read_only: optional('bool'),
      }),
    ),
  },
)

const image = block({
  id: either('string'),
  name: required('string'),
  image_id: computed('string'),
  repo_digest: computed('string'),
  keep_locally: optional('bool'),
  force_remove: optional('bool'),
  platform: optional('string'),
  pull_triggers: optional(TEXT_SET),
})

export const dockerSchema: ProviderSchema = {
  provider: typeSchema(block({ host: optional('string') })),
  resource_schemas: { docker_container: typeSchema(container), docker_image: typeSchema(image) },
  data_source_schemas: {},
}
