import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeScim } from '../scim-targets/describe-scim.ts'
import { lacksChromium, openPage, startChromium } from '../support/chromium.ts'
import { startProgram } from '../support/run-program.ts'
import { people } from './run-place.ts'

describe.skipIf(lacksChromium)('the page of runs', () => {
  describeScim(['scimmy'], (place) => {
    it('shows the phase and the bar of a cycle under way at a real server, and its log afterwards', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'scim-explorer-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const { proxy, server } = place()
      // The last person is created once the page was looked at.
      const { promise: looked, resolve: release } = Promise.withResolvers<undefined>()
      proxy.inject({
        when: ({ purpose, body }) => purpose === 'create' && JSON.stringify(body).includes('p39@fabrik.example'),
        trouble: { kind: 'hold', until: looked },
      })
      writeFileSync(join(folder, 'token'), server.token, { mode: 0o600 })
      writeFileSync(join(folder, 'people.csv'), people(40))
      const program = startProgram(
        [
          ...['scim', 'run', '--people', 'people.csv', '--target', proxy.url, '--token-file', 'token'],
          ...['--state', 'state.db', '--explorer', '--explorer-port', '0'],
        ],
        { cwd: folder, atEnd: onTestFinished },
      )
      const url = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(await program.told(/\?token=\S+\n/))?.[0] ?? ''
      const browser = await startChromium()
      onTestFinished(() => browser.close())
      const { page, complaints } = await openPage(browser)
      await page.goto(url)
      await page.goto(new URL('/runs', url).href)
      const bar = page.getByRole('progressbar').first()
      await bar.waitFor({ timeout: 40_000 })
      // How far it is stands in the state from time to time, and never at the end while one is held.
      await expect
        .poll(
          () => bar.evaluate((element) => [Number(element.getAttribute('value')), Number(element.getAttribute('max'))]),
          { timeout: 40_000 },
        )
        .toEqual([expect.toSatisfy((done: number) => done > 0 && done < 40), 40])
      expect(await bar.getAttribute('aria-label')).toBe('writing users')
      release(undefined)
      await page.getByText('succeeded').first().waitFor({ timeout: 40_000 })
      await page.getByText('40 created').first().waitFor()
      expect(complaints).toEqual([])
      program.kill('SIGTERM')
      expect((await program.ended).code).toBe(0)
    })
  })
})
