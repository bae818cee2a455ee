/** Sentences beyond this are counted only; a person mends the kind of mistake, not each one. */
const MOST_TOLD = 20

/** Collects why a read is incomplete. One gap is enough; a million of them stay readable. */
export class Gaps {
  readonly #told: string[] = []
  #count = 0

  add(sentence: string): void {
    this.#count++
    if (this.#told.length < MOST_TOLD) this.#told.push(sentence)
  }

  get none(): boolean {
    return this.#count === 0
  }

  sentences(): readonly string[] {
    const more = this.#count - this.#told.length
    return more > 0 ? [...this.#told, `there are ${more} more mistakes like these`] : this.#told
  }
}
