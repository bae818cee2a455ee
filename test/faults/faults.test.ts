import { expect, it } from 'vitest'
import { BrokenPromise, carryOut, type Experiment } from './experiment.ts'
import { experiments } from './experiments.ts'

// The real program is left to `npm run test:faults` and to test/e2e.
const short = experiments.filter(({ name }) => !['kill -9', 'full disk'].includes(name))

it.each(short.map((experiment) => [experiment.name, experiment] as const))(
  'the promise of the experiment "%s" holds for a few seeds',
  async (_, experiment) => {
    const { broken, endings } = await carryOut(experiment, 1, 4)
    expect(broken).toEqual([])
    expect([...endings.values()].reduce((sum, count) => sum + count, 0)).toBe(4)
  },
)

it('a promise that does not hold is told with the seed of its run', async () => {
  const experiment: Experiment = {
    name: 'even seeds',
    promise: 'the third run breaks it',
    runs: 5,
    async run({ random }) {
      if (random(1000) === third) throw new BrokenPromise('odd')
      return 'even'
    },
  }
  let third = -1
  const numbers: number[] = []
  await carryOut({ ...experiment, run: async ({ random }) => String(numbers.push(random(1000))) }, 7)
  third = numbers[2]!
  expect(await carryOut(experiment, 7)).toMatchObject({ broken: ['seed 9: odd'], endings: new Map([['even', 4]]) })
})
