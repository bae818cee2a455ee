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
    kubernetes_deployment_v1: object(cluster, 'deployment', {
      after: (state) => waitForRollout(cluster, state),
      beforeItGoes: (name) => cluster.kubelet.remove(name),
    }),
    kubernetes_network_policy_v1: object(cluster, 'network-policy'),
  },
  dataSources: {},
})

interface Beside {
  /** Looks at an object once it is there, and may find that it does not end well. */
  readonly after: (state: Attributes) => Promise<void>
  readonly beforeItGoes: (name: string) => Promise<void>
}

const NOTHING: Beside = { after: async () => {}, beforeItGoes: async () => {} }

/** One kind of object, and what happens beside. */
function object(cluster: Cluster, kind: string, { after, beforeItGoes }: Beside = NOTHING): Resource {
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
      await after(state)
      return state
    },
    read: async (state) => (objects.has(textOf(state, 'id')) ? state : null),
    update: async ({ prior, planned, config }) => {
      const name = textOf(prior, 'id')
      const state = cluster.act(`${kind}.update`, name, () => {
        objects.set(name, written(objects.get(name) ?? {}, { planned, config }, prior))
        return { ...accepted(planned, uidOf(prior)), id: name }
      })
      await after(state)
      return state
    },
    delete: async (state) => {
      const name = textOf(state, 'id')
      await beforeItGoes(name)
      cluster.act(`${kind}.delete`, name, () => objects.delete(name))
    },
  }
}

const uidOf = (state: Attributes): string => textOrEmpty(listOf(state['metadata'])[0], 'uid')

/** Write-only data are sent again only when their revision is another one. */
const written = (before: Attributes, { planned, config }: Creation, prior: Attributes): Attributes =>
  planned['data_wo_revision'] === prior['data_wo_revision'] ? { ...config, data_wo: before['data_wo'] ?? null } : config

/** The provider waits until the new pods are ready, and keeps what it has sent when they do not get so far. */
async function waitForRollout(cluster: Cluster, state: Attributes): Promise<void> {
  const name = textOf(state, 'id')
  const ready = await cluster.kubelet.rollOut(name)
  if (state['wait_for_rollout'] === false || ready) return
  throw new ProviderError('Waiting for rollout to finish', `deployment ${name}: no replica is ready`, state)
}
