import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { lineWriter } from '../../../../../src/sdk/cli/output/line-writer.ts'

/** A stream whose reader takes nothing until it is told to go on. */
function stuckStream() {
  const taken: string[] = []
  let release: (() => void) | undefined
  let isStuck = true
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _, done) {
      taken.push(text)
      if (isStuck) release = done
      else done()
    },
  })
  const goOn = async (): Promise<void> => {
    isStuck = false
    release?.()
    await new Promise((resolve) => stream.write('', resolve))
  }
  return { stream, taken, goOn }
}

const KIB = `${'x'.repeat(1023)}\n`

describe('lineWriter', () => {
  it('keeps a mebibyte for a reader that stands still, and counts the lines beyond it', async () => {
    const { stream, taken, goOn } = stuckStream()
    const write = lineWriter(stream)
    for (let i = 0; i < 2000; i++) write(KIB)
    expect(stream.writableLength).toBeLessThan(1.1 * 1024 * 1024)
    await goOn()
    write('next\n')
    write('after\n')
    await new Promise((resolve) => stream.write('', resolve))
    const lines = taken.filter((text) => text !== '')
    const kept = lines.filter((text) => text === KIB).length
    expect(lines.slice(kept)).toEqual([
      `${2000 - kept} lines are missing here: nobody read them in time\n`,
      'next\n',
      'after\n',
    ])
  })
})
