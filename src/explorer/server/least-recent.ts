/** Keeps at most so many values, and drops the least recently used one. */
export class LeastRecent<Value> {
  readonly #most: number
  readonly #letGo: (value: Value) => void
  readonly #values = new Map<string, Value>()

  constructor(most: number, letGo: (value: Value) => void = () => {}) {
    this.#most = most
    this.#letGo = letGo
  }

  get(key: string): Value | undefined {
    const value = this.#values.get(key)
    if (value === undefined) return undefined
    this.#values.delete(key)
    this.#values.set(key, value)
    return value
  }

  /** Keeps a value in place of the one that had its key. Gives the value. */
  keep(key: string, value: Value): Value {
    const old = this.#values.get(key)
    this.#values.delete(key)
    this.#values.set(key, value)
    if (old !== undefined) this.#letGo(old)
    const [first] = this.#values
    if (this.#values.size > this.#most && first) {
      this.#values.delete(first[0])
      this.#letGo(first[1])
    }
    return value
  }

  /** The value of a key, made where it is not there. */
  getOr(key: string, make: () => Value): Value {
    return this.get(key) ?? this.keep(key, make())
  }

  /** Lets go of the value of a key. */
  drop(key: string): void {
    const value = this.#values.get(key)
    this.#values.delete(key)
    if (value !== undefined) this.#letGo(value)
  }

  clear(): void {
    for (const value of this.#values.values()) this.#letGo(value)
    this.#values.clear()
  }
}
