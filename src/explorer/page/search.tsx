import { useEffect, useRef, useState } from 'preact/hooks'
import type { Ref } from '../server/answers.ts'
import { answerOf, api } from './api.ts'
import { go, hrefTo, type Route, whereOf } from './router.ts'
import { number, Status, typeWord } from './ui/text.tsx'

interface Found {
  readonly q: string
  readonly total: number
  readonly hits: readonly Ref[]
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Search over everything: `/` leads to it, arrows choose, Enter opens, Escape leaves. */
export function SearchBox({ route }: { readonly route: Route }) {
  const input = useRef<HTMLInputElement>(null)
  const [q, setQ] = useState('')
  const [found, setFound] = useState<Found | undefined>()
  const [chosen, setChosen] = useState(0)
  const where = whereOf(route.query)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  useEffect(() => {
    if (q.trim() === '') return setFound(undefined)
    const stop = new AbortController()
    void ask()
    async function ask(): Promise<void> {
      try {
        const query = { ...where, q, limit: '12' }
        const { total, hits } = await answerOf(api.search.$get({ query }, { init: { signal: stop.signal } }))
        setFound({ q, total, hits })
        setChosen(0)
      } catch {
        // The view below says what is wrong; a list of hits has no room for it.
        if (!stop.signal.aborted) setFound(undefined)
      }
    }
    return () => stop.abort()
  }, [q, where.file, where.sync])
  const leave = (): void => {
    setQ('')
    setFound(undefined)
  }
  const open = (ref: Ref | undefined): void => {
    if (!ref) return
    leave()
    input.current?.blur()
    go(hrefTo(['object', ref.key]))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const count = found?.hits.length ?? 0
    if (event.key === 'Escape') leave()
    else if (event.key === 'Enter') open(found?.hits[chosen])
    else if (event.key === 'ArrowDown') setChosen((at) => Math.min(at + 1, count - 1))
    else if (event.key === 'ArrowUp') setChosen((at) => Math.max(at - 1, 0))
    else return
    event.preventDefault()
  }
  return (
    <div class="search" role="search">
      <input
        ref={input}
        type="search"
        role="combobox"
        list={undefined}
        aria-label="Search people, groups, resources"
        aria-expanded={found !== undefined}
        aria-controls="hits"
        aria-autocomplete="list"
        aria-activedescendant={found?.hits[chosen] ? `hit-${chosen}` : undefined}
        placeholder="Search  ( / )"
        autocomplete="off"
        spellcheck={false}
        value={q}
        onInput={({ currentTarget }) => setQ(currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => setFound(undefined)}
      />
      <Hits found={found} chosen={chosen} onOpen={open} />
    </div>
  )
}

interface HitsProps {
  readonly found: Found | undefined
  readonly chosen: number
  readonly onOpen: (ref: Ref) => void
}

function Hits({ found, chosen, onOpen }: HitsProps) {
  return (
    <>
      <div
        id="hits"
        class="hits"
        role="listbox"
        aria-label="Hits"
        hidden={found === undefined || found.hits.length === 0}
      >
        {found?.hits.map((ref, at) => (
          <div
            key={ref.key}
            id={`hit-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === chosen}
            // Before the field loses the focus, which closes the list.
            onMouseDown={(event) => {
              event.preventDefault()
              onOpen(ref)
            }}
          >
            <span>{ref.name}</span>
            <small>
              {' '}
              {ref.email ?? typeWord(ref.type)} <Status of={ref} />
            </small>
          </div>
        ))}
      </div>
      <p class="hits-count" role="status">
        {found && (found.total === 0 ? `Nothing matches “${found.q}”.` : `${number(found.total)} found`)}
      </p>
    </>
  )
}
