import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canMount } from '../support/can-mount.ts'
import { type Certificate, type Certificates, hasOpenssl, makeCertificates } from '../support/certificates.ts'
import { startConnectProxy } from './connect-proxy.ts'
import { expectRefusal } from '../support/expect-refusal.ts'
import { createPlace, type Place, settingsFor } from '../support/place.ts'

type AtEnd = Parameters<typeof createPlace>[0]

const PASSWORD = 'pr0xy-passw0rd'

/** Where this machine keeps the certificates it trusts. */
const STORE = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'].find((path) =>
  existsSync(path),
)

/** Runs the program with the file `$1` in place of that one. */
const WITH_STORE = `mount --bind "$1" ${STORE} || exit 99; shift; exec "$@"`

// Without the openssl command there are no certificates to try.
describe.skipIf(!hasOpenssl())('over TLS', { concurrent: true }, () => {
  let folder = ''
  let certificates: Certificates
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-twingate-certificates-'))
    certificates = makeCertificates(folder)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** A tenant at `https://localhost`, whose CA the program knows by this variable; `''` for not at all. */
  async function served(atEnd: AtEnd, tls: Certificate, variable = 'NODE_EXTRA_CA_CERTS') {
    const place = createPlace(atEnd)
    await place.previousSync()
    const server = await place.serve({ tls })
    const baseUrl = server.baseUrl.replace('127.0.0.1', 'localhost')
    const value = variable === 'SSL_CERT_DIR' ? `/nowhere:${folder}` : certificates.caFile
    const env = { ...settingsFor(baseUrl), ...(variable !== '' && { [variable]: value }) }
    return { place, server, env, host: new URL(baseUrl).host }
  }

  async function proxied(atEnd: AtEnd, manner: 'tunnel' | 'refuse') {
    const proxy = await startConnectProxy(manner)
    atEnd(() => proxy.close())
    return proxy
  }

  const expectSync = async (place: Place, env: Readonly<Record<string, string>>): Promise<void> => {
    const { code, stdout } = await place.run(['--log-level', 'debug'], { env })
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^user +40 /m)])
  }

  it.for(['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'])(
    'syncs where %s names the CA',
    async (variable, { onTestFinished }) => {
      const { place, env, server } = await served(onTestFinished, certificates.localhost, variable)
      await expectSync(place, env)
      expect(server.counts()).toMatchObject({ total: 1, faults: 0 })
    },
  )

  it.skipIf(STORE === undefined || !canMount())('syncs where the machine trusts the CA', async ({ onTestFinished }) => {
    const { place, env } = await served(onTestFinished, certificates.localhost, '')
    const under = ['unshare', '-rm', 'sh', '-c', WITH_STORE, 'sh', certificates.caFile]
    const { code, stderr } = await place.run(['validate'], { env, under })
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('certificate')])
  })

  it.for([
    ['SSL_CERT_FILE', '/nowhere/ca.pem', /SSL_CERT_FILE: the file \/nowhere\/ca\.pem cannot be read \(ENOENT\)/],
    ['SSL_CERT_FILE', import.meta.filename, /SSL_CERT_FILE: no certificates in the file /],
    ['SSL_CERT_DIR', '/nowhere', /SSL_CERT_DIR: no certificates in \/nowhere/],
  ] as const)('names %s where it is %s', async ([variable, value, says], { onTestFinished }) => {
    const { place, env } = await served(onTestFinished, certificates.localhost, '')
    await expectRefusal(place, { args: ['validate'], env: { ...env, [variable]: value }, code: 3, says })
  })

  it('passes over what cannot be read among certificates', async ({ onTestFinished }) => {
    const { place, env } = await served(onTestFinished, certificates.localhost, 'SSL_CERT_DIR')
    writeFileSync(join(folder, 'a-broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
    execFileSync('mkfifo', [join(folder, 'b-pipe.pem')])
    await expectSync(place, env)
  })

  it('refuses a certificate that nobody vouches for', async ({ onTestFinished }) => {
    const { place, env, server } = await served(onTestFinished, certificates.localhost, '')
    const says = /certificate of localhost:\d+ is not trusted \(\w+\); .*SSL_CERT_FILE or NODE_EXTRA_CA_CERTS/
    await expectRefusal(place, { env, code: 9, says })
    expect(server.requests).toEqual([])
  })

  it('refuses a certificate for another name', async ({ onTestFinished }) => {
    const { place, env, server } = await served(onTestFinished, certificates.otherName)
    const says = /certificate of localhost:\d+ is for another name; check .*--domain/
    await expectRefusal(place, { env, code: 3, says })
    await expectRefusal(place, { args: ['validate'], env, code: 3, says })
    expect(server.requests).toEqual([])
  })

  it('refuses a certificate that has expired, and names the clock', async ({ onTestFinished }) => {
    const { place, env, server } = await served(onTestFinished, certificates.expired)
    await expectRefusal(place, { env, code: 9, says: /not valid at this time \(CERT_HAS_EXPIRED\); check the clock/ })
    expect(server.requests).toEqual([])
  })

  it('says that a plain server does not speak TLS', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    const env = settingsFor(server.baseUrl.replace('http:', 'https:'))
    await expectRefusal(place, { env, code: 9, says: /does not speak TLS as expected.*check the address/ })
    expect(server.requests).toEqual([])
  })

  it('goes through the proxy of HTTPS_PROXY', async ({ onTestFinished }) => {
    const { place, env, host } = await served(onTestFinished, certificates.localhost)
    const proxy = await proxied(onTestFinished, 'tunnel')
    await expectSync(place, { ...env, HTTPS_PROXY: `http://${proxy.host}` })
    await expectSync(place, { ...env, https_proxy: proxy.host })
    expect(proxy.targets.length).toBeGreaterThanOrEqual(2)
    expect(new Set(proxy.targets)).toEqual(new Set([host]))
    expect(proxy.others).toEqual([])
  })

  it('goes past the proxy for hosts of NO_PROXY, and does not blame it', async ({ onTestFinished }) => {
    const { place, env, server } = await served(onTestFinished, certificates.localhost)
    const proxy = await proxied(onTestFinished, 'refuse')
    const around = { ...env, HTTPS_PROXY: `http://${proxy.host}`, NO_PROXY: 'localhost' }
    await expectSync(place, around)
    expect(proxy.targets).toEqual([])
    await server.close()
    const says = /no answer from localhost:\d+ \(ECONNREFUSED\)/
    await expectRefusal(place, { args: ['validate'], env: around, code: 14, says })
  })

  it('names a proxy that refuses, without its password', async ({ onTestFinished }) => {
    const { place, env, server } = await served(onTestFinished, certificates.localhost)
    const proxy = await proxied(onTestFinished, 'refuse')
    const behind = { ...env, https_proxy: `http://me:${PASSWORD}@${proxy.host}` }
    const says = new RegExp(
      `the proxy ${proxy.host} refused to connect to localhost:\\d+; check HTTPS_PROXY and NO_PROXY`,
    )
    await expectRefusal(place, { args: ['validate'], env: behind, code: 14, says })
    expect(server.requests).toEqual([])
    const { stdout, stderr } = await place.run(['validate', '--log-level', 'debug'], { env: behind })
    expect(stdout + stderr).not.toContain(PASSWORD)
    expect(stdout + stderr).not.toContain(Buffer.from(`me:${PASSWORD}`).toString('base64'))
  })

  it('names a proxy that is not there', async ({ onTestFinished }) => {
    const { place, env, server } = await served(onTestFinished, certificates.localhost)
    const proxy = await proxied(onTestFinished, 'refuse')
    proxy.close()
    const says = new RegExp(`the proxy ${proxy.host} cannot be reached \\(ECONNREFUSED\\); check HTTPS_PROXY`)
    await expectRefusal(place, {
      args: ['validate'],
      env: { ...env, HTTPS_PROXY: `http://${proxy.host}` },
      code: 14,
      says,
    })
    expect(server.requests).toEqual([])
  })

  it('says so for a proxy address that cannot be read', async ({ onTestFinished }) => {
    const { place, env, server } = await served(onTestFinished, certificates.localhost)
    const says = /configuration: HTTPS_PROXY: must be an address such as http:/
    await expectRefusal(place, {
      args: ['validate'],
      env: { ...env, HTTPS_PROXY: `socks5://me:${PASSWORD}@localhost` },
      code: 3,
      says,
    })
    expect(server.requests).toEqual([])
  })

  it('never sends plain http, and the key in it, through a proxy', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    const proxy = await proxied(onTestFinished, 'tunnel')
    const variables = Object.fromEntries(
      ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY'].map((name) => [name, `http://${proxy.host}`]),
    )
    await expectSync(place, { ...settingsFor(server.baseUrl), ...variables })
    expect([proxy.targets, proxy.others]).toEqual([[], []])
  })
})
