/** A list of whole numbers that grows, at four bytes each. */
export class Numbers {
  #values = new Int32Array(1024)
  #length = 0

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Int32Array(this.#length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length++] = value
  }

  /** A view that is valid until the next `push`. */
  view(): Int32Array {
    return this.#values.subarray(0, this.#length)
  }
}
