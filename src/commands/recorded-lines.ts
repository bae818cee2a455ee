import type { ChangeLine } from '../sdk/cli/changes/change-line.ts'
import type { ChangeContext } from './context.ts'

/** The context with a reporter that also keeps what it tells, in order. */
export function recorded(context: ChangeContext): {
  readonly lines: readonly ChangeLine[]
  readonly context: ChangeContext
} {
  const { reporter } = context
  const lines: ChangeLine[] = []
  return {
    lines,
    context: {
      ...context,
      reporter: {
        tell(line) {
          lines.push(line)
          reporter.tell(line)
        },
        expect: (expected) => reporter.expect(expected),
        touched: (place, changed) => reporter.touched(place, changed),
        get places() {
          return reporter.places
        },
        get changed() {
          return reporter.changed
        },
        summarize: () => reporter.summarize(),
      },
    },
  }
}
