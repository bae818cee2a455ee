import { type Attributes, mapAttributes, settled, textOf } from '../dynamic-value.ts'
import { type Provider, ProviderError, type Resource } from '../provider.ts'
import type { Engine } from './engine.ts'
import { dockerSchema } from './schema.ts'

/** Stand-in for the provider `kreuzwerker/docker` over an engine in memory. Mounted files are those of this machine. */
export const dockerProvider = (engine: Engine): Provider => ({
  source: 'kreuzwerker/docker',
  schema: dockerSchema,
  resources: { docker_container: container(engine), docker_image: image(engine) },
  dataSources: {},
})

/** Arguments that the engine can change while the container lives. */
const CHANGEABLE = ['memory', 'memory_swap', 'restart', 'wait', 'wait_timeout', 'destroy_grace_seconds']

const container = (engine: Engine): Resource => ({
  replacing: Object.entries({ ...dockerSchema.resource_schemas['docker_container']?.block.attributes })
    .map(([name]) => name)
    .concat('mounts', 'labels', 'capabilities')
    .filter((name) => !CHANGEABLE.includes(name))
    .map((name) => [name]),
  computedOnUpdate: 'stay',
  create: async ({ planned }) => {
    const name = textOf(planned, 'name')
    const state: Attributes = engine.act('container.create', name, () => {
      if ([...engine.containers.values()].some((one) => one['name'] === name))
        throw new ProviderError(`Conflict. The container name "${name}" is already in use`)
      const id = engine.newId()
      const created = { ...mapAttributes(planned, settled), id }
      engine.start(created)
      return created
    })
    if (planned['wait'] === true && !engine.isHealthy(state))
      throw new ProviderError('container failed to be in healthy state', name, state)
    return state
  },
  read: async (state) => (engine.containers.has(textOf(state, 'id')) ? state : null),
  update: async ({ planned, prior }) => {
    const id = textOf(prior, 'id')
    return engine.act('container.update', id, () => {
      const changed = { ...mapAttributes(planned, settled), id }
      engine.containers.set(id, changed)
      return changed
    })
  },
  delete: async (state) => {
    const id = textOf(state, 'id')
    engine.act('container.delete', textOf(state, 'name'), () => engine.containers.delete(id))
  },
})

const image = (engine: Engine): Resource => ({
  replacing: [['name']],
  computedOnUpdate: 'stay',
  create: async ({ planned }) =>
    engine.act('image.pull', textOf(planned, 'name'), () => {
      const digest = `sha256:${Buffer.from(textOf(planned, 'name')).toString('hex')}`
      return { ...mapAttributes(planned, settled), id: digest, image_id: digest, repo_digest: digest }
    }),
  read: async (state) => state,
  update: async ({ planned }) => mapAttributes(planned, settled),
  delete: async () => {},
})
