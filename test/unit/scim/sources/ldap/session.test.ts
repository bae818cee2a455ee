import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createSecureContext } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../../../../src/scim/sources/ldap/session.ts'
import { silentLogger } from '../../../../../src/sdk/ground/ports.ts'

const BIND_REQUEST = 0x60
const SUCCESS = [0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00]
const message = (id: number, operation: number, content: readonly number[]): Buffer => {
  const body = [0x02, 0x01, id, operation, content.length, ...content]
  return Buffer.from([0x30, body.length, ...body])
}

/** A directory that lets everybody in, whatever the password, and answers "who am I" with this name. */
async function directory(who: string): Promise<number> {
  const answer = (socket: Socket, [, , , , id = 0, operation = 0]: Buffer): void => {
    const name = [0x8b, who.length, ...Buffer.from(who)]
    socket.write(operation === BIND_REQUEST ? message(id, 0x61, SUCCESS) : message(id, 0x78, [...SUCCESS, ...name]))
  }
  const server = createServer((socket) => socket.on('data', (data) => answer(socket, data)).on('error', () => {}))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const open = async (who: string) => {
  const address = {
    host: '127.0.0.1',
    port: await directory(who),
    tls: 'none',
    secureContext: createSecureContext(),
  } as const
  return openSession(
    {
      address,
      times: { connectMs: 5_000, answerMs: 5_000 },
      retry: { attempts: 1, attemptsIfMalformed: 1, firstWaitMs: 1, mostWaitMs: 1 },
      bindDn: 'cn=reader,dc=acme,dc=example',
      password: async () => 'plum-river-7',
      canary: undefined,
    },
    {
      signal: new AbortController().signal,
      log: silentLogger,
      clock: { now: () => new Date(), monotonicMs: () => performance.now() },
      sleep: async () => {},
    },
  )
}

test('a directory that takes the password and takes us for nobody all the same is refused', async () => {
  await expect(open('')).rejects.toMatchObject({
    code: 'unauthenticated',
    detail: 'the server took the password of cn=reader,dc=acme,dc=example but treats the connection as anonymous',
  })
})

test('one that knows us is read', async () => {
  const session = await open('dn:cn=reader,dc=acme,dc=example')
  expect(session.who).toBe('dn:cn=reader,dc=acme,dc=example')
  session.connection.close()
})
