import {
  type Attributes,
  isList,
  isObject,
  mapAttributes,
  settled,
  textOf,
  textOrEmpty,
  type Value,
} from '../dynamic-value.ts'
import { Faults } from '../faults.ts'
import type { Journal } from '../journal.ts'
import { ProviderError } from '../provider.ts'

/** An object as it was applied, with what was only written. */
export type Manifest = Attributes

/** Whether a connector with this id and secret can reach the platform. */
export type Admits = (clientId: string, clientSecret: string) => boolean

/** Who runs the pods. */
export interface Kubelet {
  /** Starts a pod of a deployment as it is now, and tells the one before to end once the new one is ready. Whether it got so far. */
  rollOut(deployment: string): Promise<boolean>
  /** Tells its pod to end. */
  remove(deployment: string): Promise<void>
}

/** A file system that a container finds at a path: the files of a Secret, or room to write. */
export interface Mount {
  readonly path: string
  readonly files: Readonly<Record<string, string>>
}

/** The objects of a cluster, by kind and by `namespace/name`. */
export class Cluster {
  readonly faults = new Faults()
  /** No process runs unless a test has it run: a pod is ready once the platform would let it in. */
  kubelet: Kubelet = { rollOut: async (deployment) => this.isReady(deployment), remove: async () => {} }
  readonly #journal: Journal
  readonly #admits: Admits
  readonly #objects = new Map<string, Map<string, Manifest>>()
  #count = 0

  constructor(journal: Journal, admits: Admits) {
    this.#journal = journal
    this.#admits = admits
  }

  /** Objects of a kind, by `namespace/name`. */
  of(kind: string): Map<string, Manifest> {
    const existing = this.#objects.get(kind)
    if (existing !== undefined) return existing
    const created = new Map<string, Manifest>()
    this.#objects.set(kind, created)
    return created
  }

  newUid(): string {
    this.#count += 1
    return `uid-${this.#count}`
  }

  /** Has an effect, unless a fault strikes. Errors: `ProviderError`. */
  act<T>(operation: string, id: string, effect: () => T): T {
    if (this.faults.strike(operation) !== undefined) throw new ProviderError(`${operation} ${id}: the server is down`)
    const answer = effect()
    this.#journal.add(operation, id)
    return answer
  }

  /** What the running container of a deployment finds as its client secret: the mounted file of that name. */
  mountedFile(deployment: string, file: string): string | undefined {
    return this.mounts(deployment).find(({ files }) => file in files)?.files[file]
  }

  /** What the container of a deployment finds at which path. */
  mounts(deployment: string): readonly Mount[] {
    const pod = podOf(this.of('deployment').get(deployment))
    const namespace = deployment.split('/')[0] ?? ''
    return listOf(containerOf(pod)['volume_mount']).map((mount) => {
      const volume = listOf(pod['volume']).find((one) => textOf(one, 'name') === textOf(mount, 'name'))
      const [source] = listOf(volume?.['secret'])
      const secret = this.of('secret').get(`${namespace}/${textOrEmpty(source, 'secret_name')}`)?.['data_wo']
      const files = listOf(source?.['items']).flatMap((item) => {
        const content = isObject(secret) ? secret[textOf(item, 'key')] : undefined
        return typeof content === 'string' ? [[textOf(item, 'path'), content] as const] : []
      })
      return { path: textOf(mount, 'mount_path'), files: Object.fromEntries(files) }
    })
  }

  /** Plain variables of the container. */
  environment(deployment: string): Readonly<Record<string, string>> {
    const container = containerOf(podOf(this.of('deployment').get(deployment)))
    return Object.fromEntries(listOf(container['env']).map((one) => [textOf(one, 'name'), textOrEmpty(one, 'value')]))
  }

  /** A pod is ready once the platform lets it in. */
  isReady(deployment: string): boolean {
    const id = this.environment(deployment)['BATON_CLIENT_ID'] ?? ''
    return this.#admits(id, this.mountedFile(deployment, 'client-secret') ?? '')
  }
}

/** `namespace/name` of an object. */
export function nameOf(manifest: Manifest): string {
  const [metadata = {}] = listOf(manifest['metadata'])
  return `${textOrEmpty(metadata, 'namespace') || 'default'}/${textOf(metadata, 'name')}`
}

export const listOf = (value: Value | undefined): readonly Attributes[] => (isList(value) ? value.filter(isObject) : [])

/** The pod's spec within a deployment; empty without one. */
export function podOf(deployment: Manifest | undefined): Attributes {
  const [spec = {}] = listOf(deployment?.['spec'])
  const [template = {}] = listOf(spec['template'])
  return listOf(template['spec'])[0] ?? {}
}

/** The one container of a pod; empty without one. */
export const containerOf = (pod: Attributes): Attributes => listOf(pod['container'])[0] ?? {}

/** The planned object with what the cluster gives: a uid for every object that has none yet. */
export const accepted = (planned: Attributes, uid: string): Attributes =>
  mapAttributes(planned, (value, name) =>
    name === 'metadata' ? listOf(value).map((one) => ({ ...mapAttributes(one, settled), uid })) : settled(value),
  )
