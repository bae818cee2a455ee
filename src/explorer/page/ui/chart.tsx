import { useEffect, useRef } from 'preact/hooks'
import type { Overview } from '../../server/answers.ts'
import type { Growth } from '../../server/answers-work.ts'
import { Empty } from './states.tsx'
import { number, Time } from './text.tsx'

interface Line {
  readonly name: string
  readonly values: readonly number[]
  readonly color: string
}

const COLORS = ['--c1', '--c2', '--c3', '--c4'] as const
const MOST_LINES = 4

/** How people, groups and the rest grew over the full syncs at hand. Shows a table as well, which a screen reader reads. */
export function GrowthChart({
  overview,
  growth: { points },
}: {
  readonly overview: Overview
  readonly growth: Growth
}) {
  if (points.length < 2)
    return (
      <Empty>
        Two full syncs make a line. Sync again to the same file, which keeps the last ones, or show a folder of files
        with <code>--dir</code>.
      </Empty>
    )
  const times = points.map(({ endedAt }) => Date.parse(endedAt) / 1000)
  const lines = overview.counts.slice(0, MOST_LINES).map(({ type, name, kind }, i): Line => ({
    name: kind === 'user' ? 'People' : name,
    values: points.map(({ resources }) => resources[type] ?? 0),
    color: COLORS[i] ?? '--c1',
  }))
  return (
    <>
      <Plot times={times} lines={lines} />
      <details>
        <summary>As a table</summary>
        <div class="scroll" role="region" aria-label="Growth" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Sync</th>
                {lines.map(({ name }) => (
                  <th scope="col" key={name}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {points.map(({ file, sync, endedAt }, i) => (
                <tr key={`${file} ${sync}`}>
                  <td>
                    <Time at={endedAt} />
                  </td>
                  {lines.map(({ name, values }) => (
                    <td key={name}>{number(values[i] ?? 0)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  )
}

function Plot({ times, lines }: { readonly times: readonly number[]; readonly lines: readonly Line[] }) {
  const place = useRef<HTMLDivElement>(null)
  const about = JSON.stringify([times, lines])
  useEffect(() => {
    let isGone = false
    let destroy = (): void => {}
    void draw()
    return () => {
      isGone = true
      destroy()
    }

    async function draw(): Promise<void> {
      const [{ default: UPlot }] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')])
      const target = place.current
      if (isGone || !target) return
      const style = getComputedStyle(target)
      const color = (name: string): string => style.getPropertyValue(name).trim()
      const axis = { stroke: color('--quiet'), grid: { stroke: color('--line') }, ticks: { stroke: color('--line') } }
      const plot = new UPlot(
        {
          ...{ width: target.clientWidth, height: 240, cursor: { y: false } },
          series: [{}, ...lines.map((line) => ({ label: line.name, stroke: color(line.color), width: 2 }))],
          axes: [
            axis,
            { ...axis, size: 64, values: (_: unknown, ticks: number[]) => ticks.map((tick) => number(tick)) },
          ],
        },
        [[...times], ...lines.map(({ values }) => [...values])],
        target,
      )
      const resized = new ResizeObserver(() => plot.setSize({ width: target.clientWidth, height: 240 }))
      resized.observe(target)
      destroy = () => {
        resized.disconnect()
        plot.destroy()
      }
    }
  }, [about])
  return (
    <div
      ref={place}
      class="plot"
      role="img"
      aria-label={`Line chart of ${lines.map(({ name }) => name).join(', ')} over ${times.length} syncs; the table below has the numbers`}
    />
  )
}
