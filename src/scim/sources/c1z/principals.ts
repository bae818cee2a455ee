import type { Kind } from '../../model.ts'

interface TypeKeys {
  readonly kind: Kind
  readonly prefix: string
  /** From a resource's own id to its key. */
  readonly keys: Map<string, string>
}

/**
 * The users and groups of a sync, by type and own id.
 *
 * Why: a grant names its principal by these two. Joining them to a key for each of a million grants costs more than looking one up by the own id,
 * and gives a new text each time instead of the one that is known.
 */
export class Principals {
  readonly #types = new Map<string, TypeKeys>()

  constructor(types: Readonly<Record<Kind, readonly string[]>>) {
    for (const kind of ['user', 'group'] as const)
      for (const type of types[kind]) this.#types.set(type, { kind, prefix: `${type}:`, keys: new Map() })
  }

  add(type: string, key: string): void {
    const found = this.#types.get(type)
    if (found) found.keys.set(key.startsWith(found.prefix) ? key.slice(found.prefix.length) : key, key)
  }

  /** `undefined` for a type whose resources are neither users nor groups. */
  kindOf(type: string): Kind | undefined {
    return this.#types.get(type)?.kind
  }

  /** `undefined` for what the file does not hold. */
  keyOf(type: string, id: string): string | undefined {
    return this.#types.get(type)?.keys.get(id)
  }

  count(kind: Kind): number {
    let count = 0
    for (const type of this.#types.values()) if (type.kind === kind) count += type.keys.size
    return count
  }
}
