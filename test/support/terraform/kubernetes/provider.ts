import { type Attributes, textOf, textOrEmpty } from '../dynamic-value.ts'
import { type Creation, type Provider, ProviderError, type Resource } from '../provider.ts'
import { accepted, type Cluster, listOf, nameOf } from './cluster.ts'
import { kubernetesSchema } from './schema.ts'

/** Stand-in for the provider `hashicorp/kubernetes` over a cluster in memory. */
export const kubernetesProvider = (cluster: Cluster): Provider => ({
  source: 'hashicorp/kubernetes',
  schema: kubernetesSchema,
  resources: {
    kubernetes_secret_v1: object(cluster, 'secret'),
    kubernetes_deployment_v1: object(cluster, 'deployment', (state) => waitForRollout(cluster, state)),
    kubernetes_network_policy_v1: object(cluster, 'network-policy'),
  },
  dataSources: {},
})

/** One kind of object. `after` looks at it once it is there, and may find that it does not end well. */
function object(cluster: Cluster, kind: string, after: (state: Attributes) => void = () => {}): Resource {
  const objects = cluster.of(kind)
  return {
    replacing: [
      ['metadata', 0, 'name'],
      ['metadata', 0, 'namespace'],
      ['spec', 0, 'selector'],
    ],
    computedOnUpdate: 'stay',
    create: async ({ planned, config }) => {
      const name = nameOf(planned)
      const state = cluster.act(`${kind}.create`, name, () => {
        if (objects.has(name)) throw new ProviderError(`${kind} "${name}" already exists`)
        objects.set(name, config)
        return { ...accepted(planned, cluster.newUid()), id: name }
      })
      after(state)
      return state
    },
    read: async (state) => (objects.has(textOf(state, 'id')) ? state : null),
    update: async ({ prior, planned, config }) => {
      const name = textOf(prior, 'id')
      const state = cluster.act(`${kind}.update`, name, () => {
        objects.set(name, written(objects.get(name) ?? {}, { planned, config }, prior))
        return { ...accepted(planned, uidOf(prior)), id: name }
      })
      after(state)
      return state
    },
    delete: async (state) => {
      const name = textOf(state, 'id')
      cluster.act(`${kind}.delete`, name, () => objects.delete(name))
    },
  }
}

const uidOf = (state: Attributes): string => textOrEmpty(listOf(state['metadata'])[0], 'uid')

/** Write-only data are sent again only when their revision is another one. */
const written = (before: Attributes, { planned, config }: Creation, prior: Attributes): Attributes =>
  planned['data_wo_revision'] === prior['data_wo_revision'] ? { ...config, data_wo: before['data_wo'] ?? null } : config

/** The provider waits until the new pods are ready, and keeps what it has sent when they do not get so far. */
function waitForRollout(cluster: Cluster, state: Attributes): void {
  const name = textOf(state, 'id')
  if (state['wait_for_rollout'] === false || cluster.isReady(name)) return
  throw new ProviderError('Waiting for rollout to finish', `deployment ${name}: no replica is ready`, state)
}
