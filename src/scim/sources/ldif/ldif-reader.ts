import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { type Entry, type EntryAttribute, textOf } from '../directory/entry.ts'
import { quoted } from '../quoted.ts'

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const HASH = 0x23
const COLON = 0x3a
const LESS = 0x3c

/** Longest line in bytes, folded parts together. A picture is shorter, and a file without line breaks is no LDIF. */
const MOST_LINE = 32 * 1024 * 1024

const NAME = /^([a-z][a-z0-9-]*|\d+(\.\d+)*)(;[a-z0-9-]+)*$/i
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** An entry of a file, and the line that its record begins on, from 1. */
export interface LdifEntry extends Entry {
  readonly line: number
}

/**
 * Cuts the bytes of an LDIF file into entries, chunk by chunk.
 *
 * Shape: lines end in LF or CRLF; a line that begins with a space goes on with the one before, also where that is a comment or a name; records are
 * separated by empty lines, and the last line may lack its end. Only content records are taken.
 * Errors: `invalid-argument` that names the line, for a change record, for the output of ldapsearch with its results, for a value that is kept in
 * another file, and for everything that is no LDIF.
 * Source: RFC 2849. Why: two readers in wide use take a change record that deletes somebody for an entry, and bring the leaver back.
 */
export class LdifReader {
  readonly #name: string
  #rest: Buffer = Buffer.alloc(0)
  /** Number of the physical line that comes next. */
  #next = 1
  /** The logical line that may still go on. */
  #line: { parts: Buffer[]; length: number; readonly number: number } | undefined
  #record:
    | {
        readonly line: number
        readonly dn: string
        readonly attributes: Map<string, EntryAttribute & { readonly values: Buffer[] }>
      }
    | undefined
  #isFirst = true

  constructor(name: string) {
    this.#name = name
  }

  /** The entries that end in this chunk. */
  feed(chunk: Buffer): LdifEntry[] {
    const entries: LdifEntry[] = []
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    let start = 0
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      this.#physical(bytes.subarray(start, end), entries)
      start = end + 1
    }
    // The next chunk may overwrite this one.
    this.#rest = Buffer.from(bytes.subarray(start))
    if (this.#rest.length > MOST_LINE) throw this.#bad('the line is longer than 32 MiB', this.#next)
    return entries
  }

  /** The last entry, where no empty line follows it. */
  end(): LdifEntry[] {
    const entries: LdifEntry[] = []
    if (this.#rest.length > 0) this.#physical(this.#rest, entries)
    this.#physical(Buffer.alloc(0), entries)
    this.#logical(entries)
    return entries
  }

  #physical(raw: Buffer, entries: LdifEntry[]): void {
    const bytes = raw.at(-1) === CR ? raw.subarray(0, -1) : raw
    const number = this.#next++
    if (bytes[0] === SPACE) {
      if (!this.#line) throw this.#bad('a line that begins with a space continues no other line', number)
      this.#line.parts.push(Buffer.from(bytes.subarray(1)))
      this.#line.length += bytes.length - 1
      if (this.#line.length > MOST_LINE) throw this.#bad('the line is longer than 32 MiB', this.#line.number)
      return
    }
    this.#logical(entries)
    if (bytes.length === 0) this.#finish(entries)
    else this.#line = { parts: [Buffer.from(bytes)], length: bytes.length, number }
  }

  #logical(entries: LdifEntry[]): void {
    if (!this.#line) return
    const { parts, number } = this.#line
    this.#line = undefined
    const [first = Buffer.alloc(0)] = parts
    if (first[0] === HASH) return
    const bytes = parts.length === 1 ? first : Buffer.concat(parts)
    const { name, value } = this.#split(bytes, number)
    const isFirst = this.#isFirst
    this.#isFirst = false
    if (isFirst && name.toLowerCase() === 'version') return this.#version(value, number, entries)
    if (this.#record) this.#attribute(name, value, number)
    else this.#begin(name, value, number)
  }

  #version(value: Buffer, number: number, entries: LdifEntry[]): void {
    if (textOf(value) !== '1') throw this.#bad(`version ${quoted(value.toString('utf8'))} of LDIF is not known`, number)
    this.#finish(entries)
  }

  #begin(name: string, value: Buffer, number: number): void {
    const key = name.toLowerCase()
    if (key === 'search' || key === 'result')
      throw this.#bad('these are results of ldapsearch; write the file anew by ldapsearch -LLL', number)
    if (key === 'ref')
      throw this.#bad(
        'a part of the directory is at another server and not in this file; ask that server, or leave the part out of the search',
        number,
      )
    if (key !== 'dn') throw this.#bad(`a record begins with ${quoted(name)}, not with dn`, number)
    const dn = textOf(value)
    if (dn === undefined) throw this.#bad('the name is not in the encoding UTF-8', number)
    this.#record = { line: number, dn, attributes: new Map() }
  }

  #attribute(name: string, value: Buffer, number: number): void {
    const key = name.toLowerCase()
    if (key === 'changetype' || key === 'control')
      throw this.#bad(
        'this is a change record; the source takes what a directory holds, not what changes in it',
        number,
      )
    if (key === 'dn') throw this.#bad('a second dn in one record; an empty line is missing before it', number)
    const attributes = this.#record?.attributes
    const before = attributes?.get(key)
    if (before) before.values.push(value)
    else attributes?.set(key, { description: name, values: [value] })
  }

  #finish(entries: LdifEntry[]): void {
    if (!this.#record) return
    const { dn, line, attributes } = this.#record
    this.#record = undefined
    for (const [key, { values }] of attributes) if (values.every((value) => value.length === 0)) attributes.delete(key)
    entries.push({ dn, line, attributes })
  }

  #split(bytes: Buffer, number: number): { readonly name: string; readonly value: Buffer } {
    const colon = bytes.indexOf(COLON)
    const name = bytes.subarray(0, Math.max(0, colon)).toString('latin1')
    if (colon < 0 || !NAME.test(name))
      throw this.#bad('this is no line of LDIF, which begins with a name and a colon', number)
    const mark = bytes[colon + 1]
    const isMarked = mark === COLON || mark === LESS
    let start = colon + (isMarked ? 2 : 1)
    while (bytes[start] === SPACE) start++
    const value = bytes.subarray(start)
    if (mark === LESS) throw this.#bad(`the value of ${name} is kept in another file, which is not read`, number)
    if (mark !== COLON) return { name, value }
    const text = value.toString('latin1').trimEnd()
    if (!BASE64.test(text) || text.length % 4 !== 0) throw this.#bad(`the value of ${name} is no base64`, number)
    return { name, value: Buffer.from(text, 'base64') }
  }

  #bad(what: string, line: number): ConnectorError {
    return new ConnectorError('invalid-argument', `read ${this.#name}`, `line ${line}: ${what}`)
  }
}
