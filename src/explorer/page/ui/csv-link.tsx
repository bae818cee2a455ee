import type { Words } from '../router.ts'

/** What a link to a table as CSV needs. */
interface CsvLinkProps {
  readonly question: string
  readonly query: Words
  /** Which table, where the page has several. */
  readonly of?: string
}

/** A table as a file for a spreadsheet, all rows of it. */
export function CsvLink({ question, query, of }: CsvLinkProps) {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value)
  const text = search.toString()
  return (
    <a class="button" href={`/api/csv/${question}${text === '' ? '' : `?${text}`}`} download={`${of ?? question}.csv`}>
      CSV{of !== undefined && <span class="hidden"> of {of}</span>}
    </a>
  )
}
