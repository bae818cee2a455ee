import type { BlockSchema, ProviderSchema } from '../provider-schema.ts'
import {
  block,
  computed,
  either,
  exactlyOne,
  many,
  one,
  optional,
  required,
  TEXT_MAP,
  TEXT_SET,
  TEXTS,
  typeSchema,
  writeOnly,
} from '../schema-words.ts'

/** Of `hashicorp/kubernetes`, version 3, the three types that the modules use, and of those what they could need. */
const metadata = exactlyOne(
  block({
    name: either('string'),
    generate_name: optional('string'),
    namespace: optional('string'),
    labels: optional(TEXT_MAP),
    annotations: optional(TEXT_MAP),
    generation: computed('number'),
    resource_version: computed('string'),
    uid: computed('string'),
  }),
)

const secret = block(
  {
    id: either('string'),
    type: optional('string'),
    data: { ...either(TEXT_MAP), sensitive: true },
    data_wo: writeOnly(TEXT_MAP),
    data_wo_revision: optional('number'),
    immutable: optional('bool'),
    wait_for_service_account_token: optional('bool'),
  },
  { metadata },
)

const selector = (): BlockSchema =>
  block(
    { match_labels: optional(TEXT_MAP) },
    {
      match_expressions: many(
        block({ key: optional('string'), operator: optional('string'), values: optional(TEXT_SET) }),
      ),
    },
  )

const probe = one(
  block(
    {
      failure_threshold: optional('number'),
      initial_delay_seconds: optional('number'),
      period_seconds: optional('number'),
      success_threshold: optional('number'),
      timeout_seconds: optional('number'),
    },
    { exec: one(block({ command: optional(TEXTS) })) },
  ),
)

const container = block(
  {
    name: required('string'),
    image: optional('string'),
    image_pull_policy: either('string'),
    command: optional(TEXTS),
    args: optional(TEXTS),
    working_dir: optional('string'),
    // Optional and computed blocks are attributes to Terraform, written as blocks all the same.
    resources: either(['list', ['object', { limits: TEXT_MAP, requests: TEXT_MAP }]]),
  },
  {
    env: many(
      block(
        { name: required('string'), value: optional('string') },
        {
          value_from: one(
            block(
              {},
              {
                field_ref: one(block({ api_version: optional('string'), field_path: optional('string') })),
                secret_key_ref: one(
                  block({ name: optional('string'), key: optional('string'), optional: optional('bool') }),
                ),
              },
            ),
          ),
        },
      ),
    ),
    liveness_probe: probe,
    readiness_probe: probe,
    startup_probe: probe,
    security_context: one(
      block(
        {
          allow_privilege_escalation: optional('bool'),
          privileged: optional('bool'),
          read_only_root_filesystem: optional('bool'),
          run_as_non_root: optional('bool'),
          run_as_user: optional('string'),
          run_as_group: optional('string'),
        },
        { capabilities: one(block({ add: optional(TEXTS), drop: optional(TEXTS) })) },
      ),
    ),
    volume_mount: many(
      block({
        name: required('string'),
        mount_path: required('string'),
        read_only: optional('bool'),
        sub_path: optional('string'),
      }),
    ),
  },
)

const podSpec = block(
  {
    automount_service_account_token: optional('bool'),
    enable_service_links: optional('bool'),
    node_selector: optional(TEXT_MAP),
    service_account_name: either('string'),
    termination_grace_period_seconds: optional('number'),
    image_pull_secrets: either(['list', ['object', { name: 'string' }]]),
  },
  {
    container: many(container),
    security_context: one(
      block(
        {
          run_as_non_root: optional('bool'),
          run_as_user: optional('string'),
          run_as_group: optional('string'),
          fs_group: optional('string'),
        },
        { seccomp_profile: one(block({ type: optional('string'), localhost_profile: optional('string') })) },
      ),
    ),
    toleration: many(
      block({
        key: optional('string'),
        operator: optional('string'),
        value: optional('string'),
        effect: optional('string'),
        toleration_seconds: optional('string'),
      }),
    ),
    volume: many(
      block(
        { name: optional('string') },
        {
          empty_dir: one(block({ medium: optional('string'), size_limit: optional('string') })),
          secret: one(
            block(
              { secret_name: optional('string'), default_mode: optional('string'), optional: optional('bool') },
              {
                items: many(block({ key: optional('string'), path: optional('string'), mode: optional('string') })),
              },
            ),
          ),
        },
      ),
    ),
  },
)

const deployment = block(
  { id: either('string'), wait_for_rollout: optional('bool') },
  {
    metadata,
    spec: exactlyOne(
      block(
        {
          min_ready_seconds: optional('number'),
          progress_deadline_seconds: optional('number'),
          replicas: either('string'),
          revision_history_limit: optional('number'),
          strategy: either([
            'list',
            [
              'object',
              {
                type: 'string',
                rolling_update: ['list', ['object', { max_surge: 'string', max_unavailable: 'string' }]],
              },
            ],
          ]),
        },
        {
          selector: one(selector()),
          template: exactlyOne(block({}, { metadata, spec: exactlyOne(podSpec) })),
        },
      ),
    ),
    timeouts: { block: block({ create: optional('string'), update: optional('string') }), nesting_mode: 'single' },
  },
)

const peers = many(
  block(
    {},
    {
      ip_block: one(block({ cidr: optional('string'), except: optional(TEXTS) })),
      namespace_selector: one(selector()),
      pod_selector: one(selector()),
    },
  ),
)

const ports = many(block({ port: optional('string'), end_port: optional('number'), protocol: optional('string') }))

const networkPolicy = block(
  { id: either('string') },
  {
    metadata,
    spec: exactlyOne(
      block(
        { policy_types: required(TEXTS) },
        {
          pod_selector: exactlyOne(selector()),
          ingress: many(block({}, { ports, from: peers })),
          egress: many(block({}, { ports, to: peers })),
        },
      ),
    ),
  },
)

export const kubernetesSchema: ProviderSchema = {
  provider: typeSchema(
    block({ config_path: optional('string'), config_context: optional('string'), host: optional('string') }),
  ),
  resource_schemas: {
    kubernetes_secret_v1: typeSchema(secret),
    kubernetes_deployment_v1: typeSchema(deployment),
    kubernetes_network_policy_v1: typeSchema(networkPolicy),
  },
  data_source_schemas: {},
}
