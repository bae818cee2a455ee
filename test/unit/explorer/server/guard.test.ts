import { createHash } from 'node:crypto'
import { readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ACME } from '../../../support/readers/acme.ts'
import { placeOf } from '../../../../src/explorer/server/listen.ts'
import { NO_PLACE, serve, serveFiles, SESSION, TOKEN } from './fixture.ts'

const place = (settings: Partial<typeof NO_PLACE>) => () => placeOf({ ...NO_PLACE, ...settings })

describe('who is let in', () => {
  it('is this machine alone, unless TLS or a proxy stands in front', () => {
    expect(place({})().address).toBe('127.0.0.1')
    expect(place({ bind: '0.0.0.0' })).toThrow(
      '--bind 0.0.0.0 lets other machines in; give --tls-cert and --tls-key, or --trust-proxy',
    )
    expect(place({ bind: '10.0.0.5', 'tls-cert': 'a.pem' })).toThrow('given together')
    expect(place({ bind: '10.0.0.5', 'trust-proxy': true })().address).toBe('10.0.0.5')
    expect(place({ 'tls-cert': '/nowhere/a.pem', 'tls-key': '/nowhere/b.pem' })).toThrow('cannot be read')
  })

  it('is who has the token, which is traded for a cookie and leaves the address', async () => {
    const { ask, port } = await serve([ACME])
    const traded = await ask(`/object/user%3Aada?token=${TOKEN}&show=graph`, { cookie: false })
    expect([traded.status, traded.headers['location']]).toEqual([303, '/object/user%3Aada?show=graph'])
    expect(traded.headers['set-cookie']).toEqual([`explorer_${port}=${SESSION}; Path=/; HttpOnly; SameSite=Strict`])
    expect((await ask('/?token=wrong', { cookie: false })).status).toBe(401)
    expect((await ask('/', { cookie: false })).body).toContain('Open the address that')
    expect((await ask('/api/overview', { cookie: false })).status).toBe(401)
    expect((await ask('/api/overview', { cookie: false, headers: { cookie: `explorer_${port}=guess` } })).status).toBe(
      401,
    )
    expect((await ask('/api/overview')).status).toBe(200)
  })

  it('is no name but its own, whatever DNS says', async () => {
    const { ask, port } = await serve([ACME])
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`])
      expect([host, (await ask('/', { headers: { host } })).status]).toEqual([host, 421])
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`])
      expect([host, (await ask('/', { headers: { host } })).status]).toEqual([host, 200])
  })

  it('is a proxy’s name where one is trusted, by https as the proxy says', async () => {
    const { ask } = await serve([ACME], { 'trust-proxy': true, 'host-name': ['explorer.acme.example'] })
    const headers = { host: 'explorer.acme.example', 'x-forwarded-proto': 'https' }
    const traded = await ask(`/?token=${TOKEN}`, { cookie: false, headers })
    expect(String(traded.headers['set-cookie'])).toContain('Secure')
    const origin = { ...headers, origin: 'https://explorer.acme.example' }
    expect((await ask('/api/overview', { headers: origin })).status).toBe(200)
    expect((await ask('/', { headers: { host: 'other.acme.example' } })).status).toBe(421)
  })

  it('is no other page: Origin and Sec-Fetch-Site are looked at, and nothing is allowed to others', async () => {
    const { ask, port } = await serve([ACME])
    expect((await ask('/api/overview', { headers: { origin: 'http://evil.example' } })).status).toBe(403)
    expect((await ask('/api/overview', { headers: { origin: 'null' } })).status).toBe(403)
    expect((await ask('/api/overview', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
    const own = await ask('/api/overview', {
      headers: { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' },
    })
    expect(own.status).toBe(200)
    expect(Object.keys(own.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    expect((await ask('/api/overview', { method: 'OPTIONS', headers: { origin: 'http://evil.example' } })).status).toBe(
      403,
    )
  })

  it('writes nothing without the word of the page', async () => {
    const { ask, port } = await serve([ACME])
    const origin = `http://127.0.0.1:${port}`
    expect((await ask('/api/overview', { method: 'POST' })).status).toBe(403)
    expect((await ask('/api/overview', { method: 'POST', headers: { origin } })).status).toBe(403)
  })

  it('gets a policy without scripts in the page, and no frame around it', async () => {
    const { ask } = await serve([ACME])
    const { headers } = await ask('/')
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
  })

  it('gets what there is with the page, names of files as text', async () => {
    const { ask, file } = await serve([ACME])
    const name = 'a"><script>&.c1z'
    const odd = join(dirname(file), name)
    renameSync(file, odd)
    const folder = dirname(file)
    const other = await serveFiles({ names: [odd], dir: undefined, cwd: folder, tempDir: folder })
    const page = (await other.ask('/')).body
    expect(page).not.toContain('<script>')
    const [, told = ''] = /<div id="app" data-session="([^"]*)"><\/div>/.exec(page) ?? []
    const text = told.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
    expect(JSON.parse(text)).toEqual(await other.json('/api/session'))
    expect(text).toContain(JSON.stringify(name).slice(1))
    expect((await ask('/', { cookie: false })).body).not.toContain('data-session')
  })

  it('reaches the files that were named and no others', async () => {
    const { ask } = await serve([ACME])
    for (const file of ['/etc/passwd', '../acme.c1z', 'other.c1z'])
      expect([file, (await ask(`/api/overview?file=${encodeURIComponent(file)}`)).status]).toEqual([file, 404])
    for (const path of ['/assets/..%2findex.html', '/assets/../index.html', '/assets/%2e%2e/acme.c1z'])
      expect((await ask(path)).body).not.toContain('C1ZF')
  })

  it('leaves the file as it is', async () => {
    const { json, file } = await serve([ACME])
    const digest = (): string => createHash('sha256').update(readFileSync(file)).digest('hex')
    const before = digest()
    await json('/api/totals')
    await json('/api/holders?key=resource:db')
    expect(digest()).toBe(before)
  })
})
