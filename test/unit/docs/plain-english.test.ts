import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { longCells, longSentences } from '../../support/plain-english.ts'

const root = join(import.meta.dirname, '../../..')
const PAGES = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith('.md'),
)
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

it.each(PAGES)('no sentence of %s has more than 30 words', (path) => {
  expect(longSentences(textOf(path))).toEqual([])
})

it.each(PAGES)('no cell of a table of %s has more than 160 characters', (path) => {
  expect(longCells(textOf(path))).toEqual([])
})

it('the README has at most 150 lines', () => {
  expect(textOf('README.md').split('\n').length - 1).toBeLessThanOrEqual(150)
})

it('a sentence is counted over its lines and ends at its full stop, an item of a list by itself', () => {
  const words = (n: number): string => Array.from({ length: n }, (_, i) => `word${i}`).join(' ')
  const text = `# Title\n\n${words(20)}\n${words(11)}. ${words(30)}.\n\n- ${words(16)}\n- ${words(16)}\n\n\`\`\`\n${words(40)}\n\`\`\`\n`
  expect(longSentences(text)).toEqual([`3: ${words(20)} ${words(11)}.`])
  expect(longCells(`| a | ${'x'.repeat(161)} |\n`)).toEqual([`1: ${'x'.repeat(161)}`])
})
