import type { Held, Ref, Way } from '../../server/answers.ts'
import { distance, RefLink, Time } from './text.tsx'

/** One way, each step a link: Ada → Engineering → db. */
export function Path({ from, way }: { readonly from: Ref; readonly way: Way }) {
  return (
    <ol class="path">
      <li>
        <RefLink of={from} />
      </li>
      {way.steps.map(({ on, slug, isUsual }) => (
        <li key={`${on.key} ${slug}`}>
          <RefLink of={on} withType />
          {!isUsual && <small> ({slug})</small>}
        </li>
      ))}
    </ol>
  )
}

/** The ways of one row, the best open and the others behind a click. */
export function Ways({ of }: { readonly of: Held }) {
  const [first, ...others] = of.ways
  if (!first) return null
  return (
    <>
      <Path from={of.principal} way={first} />
      {others.length > 0 && (
        <details>
          <summary>
            {others.length} other {others.length === 1 ? 'way' : 'ways'}
          </summary>
          {others.map((way, i) => (
            <Path key={i} from={of.principal} way={way} />
          ))}
        </details>
      )}
      {of.conditions.length > 0 && <p class="conditions">{of.conditions.join(' · ')}</p>}
    </>
  )
}

export function Until({ at }: { readonly at: string | null }) {
  if (at === null) return <span class="quiet">no end</span>
  const isOver = new Date(at).getTime() <= Date.now()
  return (
    <>
      <Time at={at} /> <span class={isOver ? 'badge bad' : 'badge warn'}>{isOver ? 'over' : distance(at)}</span>
    </>
  )
}

export function Since({ of }: { readonly of: Held }) {
  const since = of.ways[0]?.since
  if (!since) return <span class="quiet">not told</span>
  return (
    <>
      {since.isOldest && 'before '}
      <Time at={since.at} />
    </>
  )
}
