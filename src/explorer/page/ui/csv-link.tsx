import type { Words } from '../router.ts'

/** A table as a file for a spreadsheet, all rows of it. */
export function CsvLink({ question, query }: { readonly question: string; readonly query: Words }) {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value)
  const text = search.toString()
  return (
    <a class="button" href={`/api/csv/${question}${text === '' ? '' : `?${text}`}`} download={`${question}.csv`}>
      CSV
    </a>
  )
}
