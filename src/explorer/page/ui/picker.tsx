import { useState } from 'preact/hooks'
import type { Ref } from '../../server/answers.ts'
import { api, useAnswer } from '../api.ts'
import { RefText } from './ref-text.tsx'

export interface PickerProps {
  readonly label: string
  readonly where: { readonly file?: string; readonly sync?: string }
  readonly onPick: (ref: Ref) => void
}

/** A field that finds a resource, and buttons for what it found. */
export function Picker({ label, where, onPick }: PickerProps) {
  const [q, setQ] = useState('')
  const found = useAnswer(q.trim() === '' ? null : JSON.stringify([where, q]), (options) =>
    api.search.$get({ query: { ...where, q, limit: '8' } }, options),
  )
  return (
    <div class="picker">
      <label class="filter">
        <span>{label}</span>
        <input type="search" value={q} spellcheck={false} onInput={({ currentTarget }) => setQ(currentTarget.value)} />
      </label>
      {q.trim() !== '' && found.answer && (
        <ul>
          {found.answer.hits.map((ref) => (
            <li key={ref.key}>
              <button
                type="button"
                onClick={() => {
                  setQ('')
                  onPick(ref)
                }}
              >
                <RefText of={ref} />
              </button>
            </li>
          ))}
          {found.answer.total === 0 && <li class="quiet">Nothing matches these words.</li>}
        </ul>
      )}
    </div>
  )
}
