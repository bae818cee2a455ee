import type { ComponentChildren } from 'preact'
import type { Asked } from '../api.ts'

/** Shows an answer once it is there, else what is under way or what went wrong. */
export function Answer<T>({
  of,
  what,
  children,
}: {
  readonly of: Asked<T>
  /** For the sentence while it loads. */
  readonly what: string
  readonly children: (answer: T) => ComponentChildren
}) {
  if (of.state === 'failed') return <Failed message={of.message} />
  return (
    <div class="answer" aria-busy={of.state === 'loading'}>
      {of.answer === undefined ? (
        <p class="quiet" role="status">
          Reading {what}…
        </p>
      ) : (
        children(of.answer)
      )}
    </div>
  )
}

export function Failed({ message }: { readonly message: string }) {
  return (
    <div class="notice bad" role="alert">
      <p>
        <strong>This could not be shown.</strong> {message.charAt(0).toUpperCase() + message.slice(1)}
        {/[.!?]$/.test(message) ? '' : '.'}
      </p>
      <p>
        <button type="button" onClick={() => location.reload()}>
          Try again
        </button>
      </p>
    </div>
  )
}

/** What a person reads where there is nothing, with what to do. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="notice">{children}</p>
}
