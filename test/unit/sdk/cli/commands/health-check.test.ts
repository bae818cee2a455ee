import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runHealthCheck } from '../../../../../src/sdk/cli/commands/health-check.ts'
import { run } from '../fixture.ts'

async function listening(listener: RequestListener, host = '127.0.0.1'): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return (server.address() as AddressInfo).port
}

const check = (port: number, ...argv: readonly string[]) =>
  run({
    argv: ['health-check', '--health-check-port', String(port), ...argv],
    runs: { 'health-check': ({ config, invocation }) => runHealthCheck(config, invocation.flags) },
  })

const unready: RequestListener = (_, response) => {
  response.writeHead(503, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ status: 'not_ready', details: { error: 'not connected to the platform yet' } }))
}

describe('health-check', () => {
  it.each([
    [[], '/health'],
    [['--endpoint', 'ready'], '/ready'],
    [['--endpoint=live'], '/live'],
  ])('asks with %j for %s, and says nothing where the answer is yes', async (argv, path) => {
    const asked: (string | undefined)[] = []
    const port = await listening((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.end('{}')
    })
    expect(await check(port, ...argv)).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(asked).toEqual([`GET ${path}`])
  })

  it.each(['0.0.0.0', '::'])('asks the loopback where the server listens on %s', async (address) => {
    const port = await listening((_, response) => response.end(), address === '::' ? '::1' : '127.0.0.1')
    expect(await check(port, '--health-check-bind-address', address)).toMatchObject({ code: 0 })
  })

  it('names the loopback as the place where nobody answers', async () => {
    const { stderr } = await check(1, '--health-check-bind-address', '0.0.0.0')
    expect(stderr).toContain('nobody answers at 127.0.0.1:1')
  })

  it('passes on why the answer is no', async () => {
    const port = await listening(unready)
    expect(await check(port, '--endpoint', 'ready')).toMatchObject({
      code: 14,
      stderr: `baton-twingate: health-check: 127.0.0.1:${port}/ready answered 503: not connected to the platform yet\n`,
    })
  })

  it('passes on a reason as one line of bounded length', async () => {
    const error = `\u001b[31mevil\nfake ${'x'.repeat(5000)}`
    const port = await listening((_, response) => response.writeHead(503).end(JSON.stringify({ details: { error } })))
    const { stderr } = await check(port)
    expect(stderr).toMatch(/answered 503: {2}\[31mevil fake x+\n$/)
    expect(stderr.length).toBeLessThan(1100)
  })

  it.each([
    ['a page of something else', '<html>'],
    ['JSON without a reason', '{"details":"no"}'],
  ])('takes %s for a no', async (_, body) => {
    const port = await listening((__, response) => response.writeHead(404).end(body))
    const { code, stderr } = await check(port)
    expect([code, stderr]).toEqual([14, `baton-twingate: health-check: 127.0.0.1:${port}/health answered 404\n`])
  })

  it('says that nobody answers, and what to look at', async () => {
    const { code, stderr } = await check(1)
    expect(code).toBe(14)
    expect(stderr).toMatch(/nobody answers at 127\.0\.0\.1:1; is the daemon started with --health-check/)
  })

  it.each([
    ['nothing comes', () => {}],
    ['the answer does not end', (_: unknown, response: Parameters<RequestListener>[1]) => void response.write('{')],
  ])('gives up after its timeout where %s', async (_, listener) => {
    const port = await listening(listener)
    const { code, stderr } = await check(port, '--timeout', '1')
    expect([code, stderr]).toEqual([4, `baton-twingate: health-check: 127.0.0.1:${port} did not answer within 1 s\n`])
  })
})
