/**
 * The bytes of a record that its chunk did not end, with the next chunk behind them.
 *
 * Why: one buffer that grows, because a new one for each chunk is garbage that piles up.
 */
export class RestBuffer {
  #buffer = Buffer.alloc(0)
  #length = 0

  /** The kept bytes and the chunk in one piece, valid until the next call. */
  with(chunk: Buffer): Buffer {
    if (this.#length === 0) return chunk
    const length = this.#length + chunk.length
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(length * 2)
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    chunk.copy(this.#buffer, this.#length)
    return this.#buffer.subarray(0, length)
  }

  /** Keeps the end of what `with` gave. */
  keep(rest: Buffer): void {
    if (rest.length > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(rest.length * 2)
    // Why not `set`: the rest may lie in this buffer, and `copy` moves overlapping bytes right.
    rest.copy(this.#buffer)
    this.#length = rest.length
  }

  get length(): number {
    return this.#length
  }

  /** The kept bytes. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }
}
