import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FLAG_PLACES, twingatePeer } from '../../../../src/twingate/endpoint.ts'
import { createTransport, type TransportOptions } from '../../../../src/sdk/http/transport.ts'

const never = new AbortController().signal

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}

const post = (url: URL, options: Partial<TransportOptions> = {}, signal = never) =>
  createTransport({ timeoutMs: 5_000, env: {}, peer: twingatePeer(FLAG_PLACES), ...options })({
    url,
    headers: { 'x-test': 'yes' },
    body: '{"é":1}',
    signal,
  })

describe('transport', () => {
  it('posts the whole body with the headers and gives the answer', async () => {
    const seen: unknown[] = []
    const url = await serve((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        seen.push([request.method, request.headers['x-test'], Buffer.concat(chunks).toString()])
        response.writeHead(202, { 'X-Reply': 'fine' }).end('ünder')
      })
    })
    expect(await post(url)).toMatchObject({ status: 202, headers: { 'x-reply': 'fine' }, body: 'ünder' })
    expect(seen).toEqual([['POST', 'yes', '{"é":1}']])
  })

  it('unpacks gzip, and says so where that is damaged', async () => {
    const good = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('text')),
    )
    expect(await post(good)).toMatchObject({ body: 'text' })
    const bad = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip'))
    await expect(post(bad)).rejects.toMatchObject({ code: 'unavailable', reason: 'malformed answer' })
  })

  it('stops at the size limit, of what is unpacked', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(100_000))),
    )
    await expect(post(url, { maxBytes: 99_999 })).rejects.toMatchObject({
      code: 'internal',
      detail: expect.stringMatching(/larger than 99999/),
    })
    expect((await post(url, { maxBytes: 100_000 })).body.length).toBe(100_000)
  })

  it('does not follow a redirect', async () => {
    const url = await serve((_, response) => response.writeHead(308, { location: '/elsewhere' }).end())
    expect(await post(url)).toMatchObject({ status: 308, headers: { location: '/elsewhere' } })
  })

  it('gives up when the whole exchange takes too long, also in the middle of the body', async () => {
    const silent = await serve(() => {})
    const slow = await serve((_, response) => response.writeHead(200).write('half'))
    for (const url of [silent, slow])
      await expect(post(url, { timeoutMs: 50 })).rejects.toMatchObject({
        code: 'deadline-exceeded',
        reason: 'timeout',
        detail: expect.stringMatching(/did not answer within 0\.05 s \(--http-timeout-seconds\)/),
      })
  })

  it('gives up early where there is not even a connection', async () => {
    const server = createSocketServer(() => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    // A server that accepts and never speaks: the TLS handshake hangs.
    const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await expect(post(url, { connectTimeoutMs: 50 })).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'connect timeout',
      detail: expect.stringMatching(/no connection to 127\.0\.0\.1:\d+ within 0\.05 s; check the network/),
    })
  })

  it('stops when it is told to', async () => {
    const stop = new AbortController()
    const url = await serve(() => stop.abort())
    await expect(post(url, {}, stop.signal)).rejects.toMatchObject({ code: 'canceled', detail: 'stopped on request' })
  })

  it('says that a connection broke, before and in the middle of the answer', async () => {
    const before = await serve((request) => request.socket.destroy())
    const within = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10 })
      response.write('half', () => response.socket?.destroy())
    })
    for (const url of [before, within])
      await expect(post(url)).rejects.toMatchObject({ code: 'unavailable', reason: 'connection reset' })
  })

  it('says that a host does not exist, or that names cannot be looked up here', async () => {
    const error: unknown = await post(new URL('https://nonexistent.invalid/')).catch((e: unknown) => e)
    // Which of the two it is, is up to the resolver of the machine.
    expect(error).toMatchObject({
      detail: expect.stringMatching(/host nonexistent\.invalid; check|name nonexistent\.invalid cannot/),
    })
    expect(['invalid-argument', 'unavailable']).toContain((error as { code: string }).code)
  })
})
