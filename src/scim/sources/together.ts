/** Runs tasks at once. The first failure stops the others, and it is thrown when all have ended. */
export async function together<T extends readonly ((signal: AbortSignal) => Promise<unknown>)[]>(
  signal: AbortSignal,
  tasks: T,
): Promise<{ readonly [I in keyof T]: Awaited<ReturnType<T[I]>> }> {
  const stop = new AbortController()
  const failures: unknown[] = []
  const results = await Promise.all(
    tasks.map((task) =>
      task(AbortSignal.any([signal, stop.signal])).catch((error: unknown) => {
        failures.push(error)
        stop.abort()
        return undefined
      }),
    ),
  )
  if (failures.length > 0) throw failures[0]
  return results as { readonly [I in keyof T]: Awaited<ReturnType<T[I]>> }
}
