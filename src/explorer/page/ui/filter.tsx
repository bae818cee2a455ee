import { useEffect, useState } from 'preact/hooks'
import { go, hrefWith } from '../router.ts'

const WAIT_MS = 150

/** A field that keeps the rows of a table that bear a text. What is typed stands in the address. */
export function Filter({ label, q }: { readonly label: string; readonly q: string }) {
  const [text, setText] = useState(q)
  useEffect(() => setText(q), [q])
  useEffect(() => {
    if (text === q) return
    const timer = setTimeout(() => go(hrefWith({ q: text, offset: undefined }), 'replace'), WAIT_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <label class="filter">
      <span>{label}</span>
      <input
        type="search"
        value={text}
        spellcheck={false}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </label>
  )
}
