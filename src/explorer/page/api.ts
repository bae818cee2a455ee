import { hc } from 'hono/client'
import { useLayoutEffect, useState } from 'preact/hooks'
import type { Api } from '../server/app.ts'
import type { Failure } from '../server/answers.ts'

/** Questions to the server, typed by its routes. */
export const { api } = hc<Api>(location.origin)

/** Where a question stands. An old answer stays while the next one is under way. */
export type Asked<T> =
  | { readonly state: 'loading'; readonly answer: T | undefined }
  | { readonly state: 'failed'; readonly message: string; readonly answer: undefined }
  | { readonly state: 'here'; readonly answer: T }

interface Reply<T> {
  readonly ok: boolean
  readonly status: number
  json(): Promise<T>
}

export interface Asking {
  readonly init: RequestInit
}

/** Asks when it is first shown and whenever `about` changes; `null` asks nothing. */
export function useAnswer<T>(about: string | null, ask: (options: Asking) => Promise<Reply<T>>): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ state: 'loading', answer: undefined })
  // Before the browser paints: an effect after it would ask a frame later, and each answer asks the next question.
  useLayoutEffect(() => {
    if (about === null) return
    const stop = new AbortController()
    setAsked((before) => ({ state: 'loading', answer: before.answer }))
    answerOf(ask({ init: { signal: stop.signal } })).then(
      (answer) => setAsked({ state: 'here', answer }),
      (error: unknown) => {
        if (!stop.signal.aborted) setAsked({ state: 'failed', message: messageOf(error), answer: undefined })
      },
    )
    return () => stop.abort()
  }, [about])
  return asked
}

/** Errors: an `Error` with the server's sentence, or one that says that the server is gone. */
export async function answerOf<T>(asking: Promise<Reply<T>>): Promise<T> {
  const reply = await asking
  if (reply.ok) return reply.json()
  const failure = (await reply.json().catch(() => undefined)) as Failure | undefined
  throw new Error(failure?.error.message ?? `the server answered ${reply.status}`)
}

export const messageOf = (error: unknown): string =>
  error instanceof TypeError
    ? 'The program that serves this page has ended. Start it again, and open the address that it prints.'
    : error instanceof Error
      ? error.message
      : String(error)
