import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

const run = (...flags: readonly string[]) =>
  spawn(process.execPath, [MAIN, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })

test('serves the tenant asked for until it is told to stop', async () => {
  const child = run('--users', '120', '--groups', '7', '--key', 'k', '--limit', '2', '--limiter', 'sliding')
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const [, url = ''] = /at (\S+) with the key k$/.exec(line) ?? []
  const answers: string[] = []
  for (let time = 0; time < 3; time += 1) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'k' },
      body: '{"query":"{ users { totalCount } groups { totalCount } }"}',
    })
    answers.push(await response.text())
  }
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  const counts = '{"data":{"users":{"totalCount":120},"groups":{"totalCount":7}}}'
  expect(answers).toEqual([counts, counts, '{"errors":[{"message":"429 Too Many Requests"}]}'])
})

test.each([
  [['--users', 'many'], '--users wants a whole number'],
  [['--limiter', 'leaky'], '--limiter knows fixed, sliding, bucket'],
  [['--kinds', '429,nope'], "not 'nope'"],
  [['--colour', 'red'], "Unknown option '--colour'"],
])('refuses %j with a sentence and the flags', async (flags, sentence) => {
  const child = run(...flags)
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  expect(await once(child, 'close')).toEqual([2, null])
  expect(errors).toContain(sentence)
  expect(errors).toContain('--window-ms')
})
