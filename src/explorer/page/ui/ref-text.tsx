import type { Ref } from '../../server/answers.ts'
import { typeWord } from './text.tsx'

/** A resource as text, where a link has no place. */
export function RefText({ of }: { readonly of: Ref }) {
  return (
    <span>
      {of.name} <small>{of.email !== null && of.email !== of.name ? of.email : typeWord(of.type)}</small>
    </span>
  )
}
