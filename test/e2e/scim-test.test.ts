import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { scimPlace, serveTenant } from '../support/scim/place.ts'

const directory = { people: [{ id: 'e1' }], groups: { eng: { members: ['e1'] } } }

const lines = (text: string): readonly string[] => text.trim().split('\n')

test('both ends are tried with reads alone, and what the target can do is remembered', async () => {
  const tenant = await serveTenant(onTestFinished)
  const place = scimPlace(onTestFinished, { url: tenant.scimUrl })
  place.write(directory)
  const ended = await place.run(['test'])
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(lines(ended.stdout).slice(0, 2)).toEqual([
    expect.stringMatching(/^Source: people.csv/),
    expect.stringMatching(/^Target: .* answers as a SCIM server/),
  ])
  expect(tenant.scimRequests.filter(({ method }) => method !== 'GET')).toEqual([])
})

test('a refused token, a server that speaks no SCIM and one that does not answer are told apart in a sentence each', async () => {
  const tenant = await serveTenant(onTestFinished)
  const refused = scimPlace(onTestFinished, { url: tenant.scimUrl })
  refused.write(directory)
  writeFileSync(join(refused.folder, 'token'), 'another\n')
  const server = createServer((_, response) => response.end('<html>sign in</html>')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const html = scimPlace(onTestFinished, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim` })
  html.write(directory)
  const nobody = scimPlace(onTestFinished, { url: `http://127.0.0.1:${await freePort()}/scim` })
  nobody.write(directory)

  const found = [await refused.run(['test']), await html.run(['test']), await nobody.run(['test'])]
  expect(found.map(({ code }) => code)).toEqual([16, 14, 14])
  const sentences = found.map(({ stderr }) => lines(stderr).filter((line) => line.startsWith('baton-twingate:')))
  expect(sentences.map((all) => all.length)).toEqual([1, 1, 1])
  expect(sentences.flat()).toEqual([
    expect.stringContaining('refused the token (401)'),
    expect.stringContaining('web page'),
    expect.stringContaining('no answer'),
  ])
  // The source is fine, and that is said all the same.
  for (const { stdout } of found) expect(stdout).toContain('Source: people.csv')
})
