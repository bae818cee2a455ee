import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { twingateGrammar } from '../support/twingate-grammar.ts'
import { envNameOf } from '../../src/sdk/settings/field.ts'
import { runDeployTool, whyMissing } from '../support/deploy/deploy-tools.ts'
import { helm, objectsIn } from '../support/deploy/kubernetes-objects.ts'
import { missing } from '../support/deploy/missing.ts'
import { unknownSettings } from '../support/deploy/settings.ts'
import { blocksIn, chapterOf, codeIn, rowsOf } from '../support/markdown.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'

const repository = join(import.meta.dirname, '../..')
const text = readFileSync(join(repository, 'docs/deploy.md'), 'utf8')
const { fields, commands } = twingateGrammar('0.0.0')
const noTools = whyMissing('go')

const blocks = (chapter: string, language: string): readonly string[] =>
  blocksIn(chapterOf(text, chapter))
    .filter((block) => block.language === language)
    .map((block) => block.text)

const settingsOf = (block: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    block
      .trim()
      .split('\n')
      .map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  )

/** Lines of all shell examples. */
const commandLines = blocksIn(text)
  .filter(({ language }) => language === 'sh')
  .flatMap((block) => block.text.split('\n'))

describe('docs/deploy.md', () => {
  it('names only files of the repository that exist', () => {
    const paths = [...text.matchAll(/\b(?:deploy|docs|bench)\/[\w./-]*[\w/]/g)].map(([path]) => path)
    expect(paths.length).toBeGreaterThan(20)
    expect([...new Set(paths)].filter((path) => !existsSync(join(repository, path)))).toEqual([])
  })

  it('names only settings that the program reads', () => {
    const known = [...fields.flatMap((field) => [envNameOf(field), field.fallbackEnv ?? '']), 'BATON_IMAGE']
    const named = [...new Set([...text.matchAll(/\bBATON_[A-Z0-9_]*[A-Z0-9]\b/g)].map(([name]) => name))]
    expect(named.length).toBeGreaterThan(4)
    expect(named.filter((name) => !known.includes(name))).toEqual([])
  })

  it('calls the program only with subcommands and flags that it has', () => {
    const calls = commandLines.flatMap((line) => /(?:npx|--) baton-twingate (.+)/.exec(line)?.[1] ?? [])
    expect(calls.length).toBeGreaterThan(1)
    const flags = [...fields, ...commands.flatMap((command) => command.flags ?? [])].map(({ name }) => `--${name}`)
    for (const call of calls) {
      const words = call.split(' ')
      if (!call.startsWith('--')) expect(commands.map(({ name }) => name)).toContain(words[0])
      expect(words.filter((word) => word.startsWith('--') && !flags.includes(word))).toEqual([])
    }
  })

  it('explains every alert and no other', () => {
    const { groups } = parse(readFileSync(join(repository, 'deploy/prometheus/alerts.yaml'), 'utf8')) as {
      readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[]
    }
    const explained = rowsOf(text, 'Alert').flatMap((row) => codeIn(row['Alert'] ?? ''))
    expect([...explained].sort()).toEqual(groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)).sort())
  })

  it('gives for systemd only settings that there are', () => {
    const [block = ''] = blocks('systemd', 'ini')
    expect(Object.keys(settingsOf(block))).toContain('BATON_DOMAIN')
    expect(unknownSettings(settingsOf(block))).toEqual([])
  })

  it('links every chapter that it offers', () => {
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
      heading.toLowerCase().replaceAll(' ', '-'),
    )
    const links = [...text.matchAll(/\]\(#([\w-]+)\)/g)].map(([, link = '']) => link)
    expect(links.length).toBeGreaterThan(4)
    expect(links.filter((link) => !headings.includes(link))).toEqual([])
  })

  describe.skipIf(missing('the examples of docs/deploy.md are not rendered', noTools))('its examples', () => {
    it('are values that the chart takes', () => {
      const values = blocks('Helm', 'yaml')
      expect(values).toHaveLength(2)
      const kinds = values.map((block) => objectsIn(helm('acme', parse(block))).map(({ kind }) => kind))
      expect(kinds[0]).toContain('Deployment')
      expect(kinds[1]).toContain('CronJob')
    })

    it('are what the Compose file needs in .env', () => {
      const folder = join(repository, 'deploy/compose')
      const [block = ''] = blocks('Docker Compose', 'ini')
      const env = { PATH: process.env['PATH'], ...settingsOf(block) }
      const { code, stdout, stderr } = runDeployTool('compose', ['compose.yaml'], folder, { env })
      expect([code, stderr]).toEqual([0, ''])
      for (const value of Object.values(settingsOf(block))) expect(stdout).toContain(JSON.stringify(value))
    })

    it('are overlays that may be copied elsewhere in the folder', () => {
      const folder = temporaryFolder(onTestFinished)
      cpSync(join(repository, 'deploy/kubernetes'), folder, { recursive: true })
      mkdirSync(join(folder, 'overlays/globex'))
      for (const name of ['kustomization.yaml', 'namespace.yaml']) {
        const own = readFileSync(join(folder, 'overlays/acme', name), 'utf8').replaceAll('acme', 'globex')
        writeFileSync(join(folder, 'overlays/globex', name), own)
      }
      const { code, stdout, stderr } = runDeployTool('kustomize', ['build', 'overlays/globex'], folder)
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).not.toContain('acme')
    })
  })
})
