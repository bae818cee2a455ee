import { createHmac } from 'node:crypto'
import { typeWord } from '../model/thing.ts'

/** Slugs that every connector has and that tell nothing of anybody. */
const COMMON_SLUGS = new Set(
  'access admin assigned assignment contributor editor execute guest maintainer manager member owner read user viewer write'.split(
    ' ',
  ),
)

const ADDRESS = /^(?<local>[^@\s]+)@(?<domain>[^@\s]+)$/
const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/
const HALF_DAY_SECONDS = 43_200

/**
 * Texts in place of texts: the same one always gets the same one, and nobody without the key can tell which it was.
 *
 * Shape: 16 hexadecimal digits of HMAC-SHA-256; what is blank stays. Addresses stay addresses, times are moved by one secret number of seconds, at
 * most half a day.
 */
export class Pseudonyms {
  readonly #key: Uint8Array
  readonly #types: readonly string[]
  readonly #kept = new Map<string, string>()
  /** Seconds by which times are moved; never 0. */
  readonly movedSeconds: number

  /** `types` are ids of the resource types, which stay; the longest are looked for first. */
  constructor(key: Uint8Array, types: readonly string[]) {
    this.#key = key
    this.#types = [...types].sort((a, b) => b.length - a.length)
    const move = this.#number('move of times') % HALF_DAY_SECONDS
    this.movedSeconds = move + 1
  }

  /** For ids, and for all texts of which nothing is known. */
  readonly text = (text: string): string => {
    if (text.trim() === '') return text
    const address = ADDRESS.exec(text)?.groups
    if (address) return `${this.#digits(address['local'] ?? '')}@${this.#digits(address['domain'] ?? '')}.example`
    if (TIME.test(text)) return this.#time(text)
    return this.#digits(text)
  }

  readonly id = (id: string): string => (id === '' ? '' : this.#digits(id))

  /** `user 3f9c…`: names of one type that are alike stay alike. */
  name(name: string, type: string): string {
    return name.trim() === '' ? name : `${typeWord(type)} ${this.#digits(name)}`
  }

  readonly slug = (slug: string): string =>
    slug.trim() === '' || COMMON_SLUGS.has(slug.toLowerCase()) ? slug : this.#digits(slug)

  /** An id of the usual form `type:id:slug` keeps its form. */
  readonly entitlementId = (id: string): string => {
    const type = this.#types.find((each) => id.startsWith(`${each}:`))
    const end = id.lastIndexOf(':')
    if (type === undefined || end <= type.length) return this.id(id)
    return `${type}:${this.id(id.slice(type.length + 1, end))}:${this.slug(id.slice(end + 1))}`
  }

  /** `type:id` */
  resourceKey(type: string, key: string): string {
    return key.startsWith(`${type}:`) ? `${type}:${this.id(key.slice(type.length + 1))}` : this.id(key)
  }

  number(value: number): number {
    return this.#number(String(value)) % 1_000_000
  }

  /** 16 bytes for a new sync id. */
  bytes(text: string): Uint8Array {
    return this.#hash(text).subarray(0, 16)
  }

  #time(text: string): string {
    const time = new Date(/[Z+]|-\d\d:?\d\d$/.test(text.slice(10)) || text.length === 10 ? text : `${text}Z`)
    return Number.isNaN(time.getTime())
      ? this.#digits(text)
      : new Date(time.getTime() + this.movedSeconds * 1000).toISOString()
  }

  #digits(text: string): string {
    const folded = text.toLowerCase()
    const found = this.#kept.get(folded) ?? this.#hash(folded).toString('hex').slice(0, 16)
    if (this.#kept.size < MOST_KEPT) this.#kept.set(folded, found)
    return found
  }

  #number(text: string): number {
    return this.#hash(text).readUInt32BE(0)
  }

  #hash(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest()
  }
}

/** Grants repeat the texts of a hundred thousand resources. */
const MOST_KEPT = 500_000
