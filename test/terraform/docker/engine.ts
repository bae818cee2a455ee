import { readFileSync } from 'node:fs'
import { type Attributes, isList, isObject, textOf } from '../dynamic-value.ts'
import { Faults } from '../faults.ts'
import type { Journal } from '../journal.ts'
import { ProviderError } from '../provider.ts'

/** Whether a connector with this id and secret can reach the platform. */
export type Admits = (clientId: string, clientSecret: string) => boolean

/** The containers of a container engine, by their id. */
export class Engine {
  readonly faults = new Faults()
  readonly containers = new Map<string, Attributes>()
  readonly #journal: Journal
  readonly #admits: Admits
  readonly #files = new Map<string, ReadonlyMap<string, string>>()
  #count = 0

  constructor(journal: Journal, admits: Admits) {
    this.#journal = journal
    this.#admits = admits
  }

  newId(): string {
    this.#count += 1
    return `container-${this.#count}`
  }

  /** Has an effect, unless a fault strikes. Errors: `ProviderError`. */
  act<T>(operation: string, id: string, effect: () => T): T {
    if (this.faults.strike(operation) !== undefined) throw new ProviderError(`${operation} ${id}: the engine is down`)
    const answer = effect()
    this.#journal.add(operation, id)
    return answer
  }

  environment(container: Attributes): Readonly<Record<string, string>> {
    const pairs = isList(container['env']) ? container['env'].map(String) : []
    return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)]))
  }

  /** Starts a container. Its mounted files stay those of now, whatever takes their place on the host. */
  start(container: Attributes): void {
    const mounts = isList(container['mounts']) ? container['mounts'].filter(isObject) : []
    const files = mounts.map(
      (mount) => [textOf(mount, 'target'), readFileSync(textOf(mount, 'source'), 'utf8')] as const,
    )
    this.#files.set(textOf(container, 'id'), new Map(files))
    this.containers.set(textOf(container, 'id'), container)
  }

  /** Content of the file that is mounted there; empty where there is none. */
  mountedFile(container: Attributes, target: string): string {
    return this.#files.get(textOf(container, 'id'))?.get(target) ?? ''
  }

  /** A container is healthy once the platform lets it in. */
  isHealthy(container: Attributes): boolean {
    const { BATON_CLIENT_ID: id = '', BATON_CLIENT_SECRET_FILE: file = '' } = this.environment(container)
    return this.#admits(id, this.mountedFile(container, file))
  }
}
