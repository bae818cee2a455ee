/** Things by their keys, each with a number that counts from 0. */
export class Numbered<T> {
  readonly values: T[] = []
  readonly #numbers = new Map<string, number>()

  /** The number of a key, with a thing that is made where the key is new. */
  add(key: string, make: () => T): number {
    const found = this.#numbers.get(key)
    if (found !== undefined) return found
    const number = this.values.push(make()) - 1
    this.#numbers.set(key, number)
    return number
  }

  /** -1 for an unknown key. */
  number(key: string): number {
    return this.#numbers.get(key) ?? -1
  }
}
