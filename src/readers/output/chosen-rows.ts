import { type Choice, chooseRows } from './choose-rows.ts'
import type { Shape } from './columns.ts'
import type { Row } from './row.ts'

/** The rows that were asked for, one by one, for a writer that takes its time. Gives at its end whether there are more. Errors: as `chooseRows`. */
export function* chosenRows(rows: Iterable<Row>, choice: Choice, shape: Shape): Generator<Row, boolean> {
  let passed: Row[] = []
  const chooser = chooseRows({ write: (row) => void passed.push(row), end: () => {} }, choice, shape)
  const take = (): readonly Row[] => {
    const taken = passed
    passed = []
    return taken
  }
  for (const row of rows) {
    const goesOn = chooser.take(row)
    yield* take()
    if (!goesOn) break
  }
  const { more } = chooser.end()
  yield* take()
  return more
}
