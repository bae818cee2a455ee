const FRAME_MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
const RLE_BLOCK = 1
const BLOCK_HEADER_BYTES = 3
const CHECKSUM_BYTES = 4

/** Field lengths by the bits of the frame header that choose them. */
const DICTIONARY_BYTES = [0, 1, 2, 4]
const CONTENT_SIZE_BYTES = [0, 2, 4, 8]

/** Raised where a frame must start or go on and something else, or nothing, is found. */
export class NotAFrame extends Error {}

/** What the walk needs next: the value of a short little-endian field, or to step over a number of bytes; `end` closes a frame. */
type Step = { readonly read: number } | { readonly skip: number } | { readonly end: true }

/**
 * Passes a zstd stream on in chunks that never reach across the end of a frame.
 *
 * Errors: `NotAFrame` for rubbish behind a frame and for a stream that ends inside one.
 * Why: Node's decoder drops what follows a frame in the same chunk, so that a second frame, or rubbish, would go unnoticed.
 */
export async function* splitFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const cursor = new FrameCursor()
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length;) {
      const end = cursor.advance(chunk, start)
      yield chunk.subarray(start, end)
      start = end
    }
  }
  if (!cursor.betweenFrames) throw new NotAFrame('the stream ends inside a frame')
}

/** Follows the structure of frames through chunks that may end anywhere. Errors: `NotAFrame`. */
export class FrameCursor {
  readonly #walk = walkFrames()
  #done = 0
  #value = 0
  #step: Step = this.#next(0)
  betweenFrames = true

  /** Index in `chunk` where the frame at `start` ends, or the chunk's length where it goes on behind it. */
  advance(chunk: Buffer, start: number): number {
    let at = start
    for (;;) {
      if ('end' in this.#step) {
        this.#step = this.#next(0)
        this.betweenFrames = true
        return at
      }
      if (at === chunk.length && this.#left() > 0) return at
      this.betweenFrames = false
      at = 'read' in this.#step ? this.#read(chunk, at) : this.#skip(chunk, at)
      if (this.#left() === 0) this.#step = this.#next(this.#value)
    }
  }

  #left(): number {
    if ('end' in this.#step) return 0
    return ('read' in this.#step ? this.#step.read : this.#step.skip) - this.#done
  }

  #read(chunk: Buffer, start: number): number {
    const end = Math.min(chunk.length, start + this.#left())
    for (let at = start; at < end; at++) this.#value += (chunk[at] ?? 0) * 256 ** this.#done++
    return end
  }

  #skip(chunk: Buffer, start: number): number {
    const end = Math.min(chunk.length, start + this.#left())
    this.#done += end - start
    return end
  }

  #next(value: number): Step {
    this.#done = 0
    this.#value = 0
    return this.#walk.next(value).value
  }
}

/** The structure of a stream of frames. Source: RFC 8878, sections 3.1.1 and 3.1.2. */
function* walkFrames(): Generator<Step, never, number> {
  for (;;) {
    const magic = yield { read: 4 }
    if (magic === FRAME_MAGIC) yield* walkFrame()
    else if (magic - (magic % 16) === SKIPPABLE_MAGIC) yield { skip: yield { read: 4 } }
    else throw new NotAFrame('there is no frame where one must start')
    yield { end: true }
  }
}

function* walkFrame(): Generator<Step, void, number> {
  const descriptor = yield { read: 1 }
  const singleSegment = (descriptor & 0x20) !== 0
  const sizeBytes = CONTENT_SIZE_BYTES[descriptor >> 6] ?? 0
  const dictionaryBytes = DICTIONARY_BYTES[descriptor & 3] ?? 0
  yield { skip: dictionaryBytes + (singleSegment ? Math.max(1, sizeBytes) : 1 + sizeBytes) }
  for (let last = false; !last;) {
    const header = yield { read: BLOCK_HEADER_BYTES }
    last = (header & 1) === 1
    const isRunOfOneByte = ((header >> 1) & 3) === RLE_BLOCK
    yield { skip: isRunOfOneByte ? 1 : header >> 3 }
  }
  if ((descriptor & 4) !== 0) yield { skip: CHECKSUM_BYTES }
}
