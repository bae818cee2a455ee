import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { ANSWER_LOST } from '../../../../../src/sdk/service/baton-service.ts'
import { answer, drop, hang, inTurn, refuse } from '../../../../platform/service/replies.ts'
import { hasOpenssl } from '../../../../support/certificates.ts'
import { call, certificatesForFile, connectTo, never, startStub } from '../service-fixture.ts'

const ID = 'a'.repeat(27)
const MB = 1024 * 1024

interface Failure {
  readonly code: string
  readonly reason: string
  readonly detail: string
}

const failureOf = (work: Promise<unknown>): Promise<Failure | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => error as Failure,
  )

describe.skipIf(!hasOpenssl())('upload', () => {
  const certificates = certificatesForFile()
  const folder = mkdtempSync(join(tmpdir(), 'baton-twingate-upload-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  let files = 0
  const fileOf = (bytes: number): string => {
    const path = join(folder, `${files++}.c1z`)
    writeFileSync(path, randomBytes(bytes))
    return path
  }

  async function pair(options: Parameters<typeof connectTo>[2] = {}) {
    const stub = await startStub(certificates().localhost)
    return { stub, service: connectTo(stub, certificates().caFile, options) }
  }

  it.each([
    [0, 0],
    [1, 1],
    [512 * 1024, 1],
    [512 * 1024 + 1, 2],
    [3 * MB, 6],
  ])('sends %i bytes in %i chunks with their checksum', async (bytes, chunks) => {
    const { stub, service } = await pair()
    const path = fileOf(bytes)
    const sent: number[] = []
    await service.upload(ID, path, { signal: never, onSent: (size) => sent.push(size) })
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
    expect(stub.uploads).toEqual([{ taskId: ID, bytes, chunks, sha256 }])
    expect([sent.length, sent.reduce((sum, size) => sum + size, 0)]).toEqual([chunks, bytes])
  })

  it('begins again with a fresh token where the first is revoked in the middle', async () => {
    const { stub, service } = await pair()
    let revoked = false
    stub.onUpload = ({ chunks }) => {
      if (revoked || chunks < 3) return undefined
      revoked = true
      stub.tokens.honoured.clear()
      return refuse(16, 'token was revoked')
    }
    await service.upload(ID, fileOf(4 * MB), call)
    expect(stub.uploads).toMatchObject([{ bytes: 4 * MB, chunks: 8 }])
    expect(stub.tokens.requests.length).toBe(2)
  })

  it('begins again where the token had expired before', async () => {
    const { stub, service } = await pair()
    await service.getTask(call)
    stub.tokens.honoured.clear()
    await service.upload(ID, fileOf(20 * MB), call)
    expect(stub.uploads).toMatchObject([{ bytes: 20 * MB }])
    expect(stub.unauthorized).toEqual(['UploadAsset'])
  })

  it.each([
    ['in the middle', 3],
    ['at the metadata', 0],
  ])('ends with the status of a service that refuses %s', async (_, chunk) => {
    const { stub, service } = await pair()
    stub.onUpload = ({ chunks }) => (chunks === chunk ? refuse(9, 'too large') : undefined)
    let sent = 0
    const failure = await failureOf(service.upload(ID, fileOf(50 * MB), { signal: never, onSent: (n) => (sent += n) }))
    expect(failure).toMatchObject({
      code: 'failed-precondition',
      detail: `${stub.host} answered FAILED_PRECONDITION: too large`,
    })
    expect(sent).toBeLessThan(50 * MB)
  })

  it('does not take a consent before the end for one', async () => {
    const { stub, service } = await pair()
    stub.onUpload = ({ chunks }) => (chunks === 3 ? answer() : undefined)
    expect(await failureOf(service.upload(ID, fileOf(50 * MB), call))).toMatchObject({
      code: 'unavailable',
      reason: 'malformed answer',
    })
  })

  it('says that the connection broke', async () => {
    const { stub, service } = await pair()
    stub.onUpload = ({ chunks }) => (chunks === 3 ? drop : undefined)
    expect(await failureOf(service.upload(ID, fileOf(50 * MB), call))).toMatchObject({
      code: 'unavailable',
      reason: 'connection reset',
    })
  })

  it('gives up where the service takes no more, and where it does not answer in the end', async () => {
    const { stub, service } = await pair({ deadlines: { chunk: 500, stored: 700 } })
    await service.getTask(call)
    stub.onUpload = ({ chunks }) => (chunks === 3 ? hang : undefined)
    expect(await failureOf(service.upload(ID, fileOf(50 * MB), call))).toMatchObject({
      code: 'deadline-exceeded',
      detail: expect.stringMatching(/did not answer within 0\.5 s/),
    })
    delete stub.onUpload
    stub.on.UploadAsset = hang
    expect(await failureOf(service.upload(ID, fileOf(MB), call))).toMatchObject({
      code: 'deadline-exceeded',
      detail: expect.stringMatching(/did not answer within 0\.7 s/),
    })
    expect((await failureOf(service.upload(ID, fileOf(6_000_000), call)))?.detail).toMatch(/within 1\.7 s/)
  })

  it('may take longer in all than from one chunk to the next', async () => {
    const { stub, service } = await pair({ deadlines: { chunk: 1_000 } })
    await service.getTask(call)
    stub.onUpload = () => pause(150, undefined)
    const start = performance.now()
    await service.upload(ID, fileOf(5 * MB), call)
    expect(performance.now() - start).toBeGreaterThan(1_000)
  })

  it('stops when it is told to', async () => {
    const { stub, service } = await pair()
    const stop = new AbortController()
    stub.onUpload = ({ chunks }) => {
      if (chunks === 3) stop.abort()
      return undefined
    }
    expect(await failureOf(service.upload(ID, fileOf(50 * MB), { signal: stop.signal }))).toMatchObject({
      code: 'canceled',
    })
    expect(stub.uploads).toEqual([])
  })

  it.each([
    ['grows', (path: string) => appendFileSync(path, Buffer.alloc(MB))],
    ['shrinks', (path: string) => truncateSync(path, 2 * MB)],
  ])('fails where the file %s meanwhile', async (_, change) => {
    const { stub, service } = await pair()
    const path = fileOf(20 * MB)
    let changed = false
    const onSent = () => {
      if (!changed) change(path)
      changed = true
    }
    expect(await failureOf(service.upload(ID, path, { signal: never, onSent }))).toMatchObject({
      code: 'failed-precondition',
      detail: expect.stringMatching(/^the file changed while it was sent, from 20971520 to \d+ bytes$/),
    })
    expect(stub.uploads).toEqual([])
  })

  it('fails on a file that is not there', async () => {
    const { service } = await pair()
    expect(await failureOf(service.upload(ID, join(folder, 'none'), call))).toMatchObject({
      code: 'internal',
      detail: expect.stringMatching(/ENOENT/),
    })
  })

  it('whose answer alone is missing says so', async () => {
    const { stub, service } = await pair()
    stub.on.UploadAsset = inTurn(drop, refuse(7, 'not you'), refuse(6, 'there is one'))
    const path = fileOf(MB)
    const told = async () => (await failureOf(service.upload(ID, path, call)))?.reason
    expect(await told()).toBe(ANSWER_LOST)
    expect(await told()).toBe('PERMISSION_DENIED')
    expect(await failureOf(service.upload(ID, path, call))).toMatchObject({ code: 'already-exists' })
  })

  it('holds no more memory for 300 MB than for 100', async () => {
    const { stub } = await pair()
    const mostMemory = async (bytes: number): Promise<number> => {
      const path = fileOf(0)
      truncateSync(path, bytes)
      const { clientId, clientSecret } = stub.credentials
      const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'upload-process.ts')], {
        env: {
          PATH: process.env['PATH'],
          SSL_CERT_FILE: certificates().caFile,
          CLIENT_ID: clientId,
          CLIENT_SECRET: clientSecret,
          FILE: path,
        },
      })
      return Number(stdout)
    }
    const [some, thrice] = [await mostMemory(100 * MB), await mostMemory(300 * MB)]
    expect(stub.uploads.map(({ bytes }) => bytes)).toEqual([100 * MB, 300 * MB])
    expect(thrice - some).toBeLessThan(50)
  })
})
