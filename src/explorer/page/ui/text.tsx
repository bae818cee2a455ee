import { hrefTo } from '../router.ts'
import type { Ref } from '../../server/answers.ts'

export const number = (value: number): string => value.toLocaleString('en')

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

const utcOf = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** A time in the reader's zone, with UTC beside it. */
export function Time({ at }: { readonly at: string }) {
  const time = new Date(at)
  if (Number.isNaN(time.getTime())) return <span>{at}</span>
  return (
    <time dateTime={at} title={utcOf(time)}>
      {local.format(time)} <small class="utc">{utcOf(time)}</small>
    </time>
  )
}

/** As `Time`, where text alone has room. */
export function timeText(at: string): string {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) ? at : `${local.format(time)} (${utcOf(time)})`
}

/** How long ago or ahead, in the largest unit. */
export function distance(at: string, now: number = Date.now()): string {
  const minutes = Math.round((now - new Date(at).getTime()) / 60_000)
  const size = Math.abs(minutes)
  const text =
    size < 60
      ? plural(size, 'minute')
      : size < 2_880
        ? plural(Math.round(size / 60), 'hour')
        : plural(Math.round(size / 1_440), 'day')
  return minutes < 0 ? `in ${text}` : `${text} ago`
}

export const typeWord = (type: string): string => type.replaceAll(/[_-]+/g, ' ')

const MARKS: Readonly<Record<Ref['kind'], string>> = { user: 'P', group: 'G', role: 'R', other: '•' }

/** A link to a resource, with what tells it apart. */
export function RefLink({ of, withType = false }: { readonly of: Ref; readonly withType?: boolean }) {
  return (
    <span class="ref">
      <span class={`mark ${of.kind}`} aria-hidden="true">
        {MARKS[of.kind]}
      </span>
      <a href={hrefTo(['object', of.key])}>{of.name}</a>
      {withType && of.kind !== 'user' && <small> {typeWord(of.type)}</small>}
      {of.email !== null && of.email !== of.name && <small> {of.email}</small>}
      <Status of={of} />
    </span>
  )
}

export function Status({ of }: { readonly of: Pick<Ref, 'status'> }) {
  return of.status === null || of.status === 'enabled' ? null : <span class="badge warn">{of.status}</span>
}

export function bytes(size: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB']
  const at = size < 1_000 ? 0 : size < 1e6 ? 1 : size < 1e9 ? 2 : 3
  return `${(size / 1_000 ** at).toFixed(at === 0 ? 0 : 1)} ${units[at] ?? ''}`
}
