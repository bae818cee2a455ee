import { createServer, type AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { startSlowHandshake } from '../support/slow-handshake.ts'
import { createPlace, settingsFor } from '../support/place.ts'

/** Longer than Node gives an address by itself, shorter than a client takes to knock again. */
const ROUND_TRIP_MS = 600

/** A DNS in which every name has an IPv4 and an IPv6 address; told at `port` that it was asked. */
const twoAddresses = (port: number): string => `
  import dns from 'node:dns'
  import net from 'node:net'
  dns.lookup = (name, options, done) => {
    net.connect(${port}, '127.0.0.1').on('error', () => {}).unref()
    done(null, [{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }])
  }`

describe('a host with two addresses', () => {
  it('is reached where the one is slow to connect and the other leads nowhere', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    const slow = await startSlowHandshake(Number(new URL(server.baseUrl).port))
    onTestFinished(() => slow.close())
    const asked = createServer((socket) => {
      socket.destroy()
      setTimeout(() => slow.open(), ROUND_TRIP_MS)
    })
    await new Promise<void>((resolve) => asked.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void asked.close())
    const preload = `data:text/javascript,${encodeURIComponent(twoAddresses((asked.address() as AddressInfo).port))}`
    const ended = await place.run(['validate'], {
      env: { ...settingsFor(`http://localhost:${slow.port}`), NODE_OPTIONS: `--import=${preload}` },
    })
    expect([ended.code, ended.stderr]).toEqual([0, expect.not.stringContaining('trying again')])
    expect(server.counts().total).toBe(1)
  })
})
