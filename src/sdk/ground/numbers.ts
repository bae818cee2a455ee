/** A list of numbers that grows. */
export class Numbers<A extends Int32Array | Float64Array> {
  readonly #make: (length: number) => A
  #values: A
  #length = 0

  private constructor(make: (length: number) => A) {
    this.#make = make
    this.#values = make(1024)
  }

  /** Of whole numbers below 2^31, at four bytes each. */
  static small(): Numbers<Int32Array> {
    return new Numbers((length) => new Int32Array(length))
  }

  /** Of any numbers, such as those of rows, at eight bytes each. */
  static wide(): Numbers<Float64Array> {
    return new Numbers((length) => new Float64Array(length))
  }

  get length(): number {
    return this.#length
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = this.#make(this.#length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length++] = value
  }

  /** The number at a place that there is. */
  at(place: number): number {
    return this.#values[place] ?? Number.NaN
  }

  /** A view that is valid until the next `push`. */
  view(): A {
    return this.#values.subarray(0, this.#length) as A
  }
}
