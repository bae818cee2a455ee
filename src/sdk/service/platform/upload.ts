import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { ConnectorError, isRetryable } from '../../ground/errors.ts'
import type { AuthorizedCall } from './authorized-calls.ts'
import { ANSWER_LOST, type BatonService } from '../baton-service.ts'
import { encodeMessage } from '../../wire/messages/message-bytes.ts'
import { callSending, type Sending } from './rpc.ts'

/** Bytes of a data message; the service takes up to twice as much. Source: baton-sdk `pkg/tasks/c1api/service_client.go`. */
const CHUNK = 512 * 1024

const REQUEST = 'c1.connectorapi.baton.v1.BatonServiceUploadAssetRequest'
const OPERATION = 'upload the snapshot'

export interface UploadOptions {
  readonly call: AuthorizedCall
  readonly hostId: string
  /** From one chunk to the next, in milliseconds. */
  readonly chunkMs: number
  /** From the end to the answer, in milliseconds, besides what the size of the file adds. */
  readonly storedMs: number
}

/** The slowest rate at which a service may store an upload. A limit that is too short costs another upload; a lost connection is noticed anyway. */
const STORED_BYTES_PER_SECOND = 5_000_000

/** Uploads as `BatonService` says. */
export function createUpload({ call, hostId, chunkMs, storedMs }: UploadOptions): BatonService['upload'] {
  return async (taskId, path, { signal, onSent }) => {
    let allSent = false
    try {
      await using file = await open(path)
      await call({ operation: OPERATION, limitMs: chunkMs, signal }, async (attempt) => {
        allSent = false
        const sending = callSending('UploadAsset', attempt)
        const send = (fields: object) => sending.send(encodeMessage({ type: REQUEST, value: { ...fields } }))
        await send({ metadata: { host_id: hostId, task_id: taskId } })
        const checksum = await sendChunks(file, sending, async (data) => {
          await send({ data: { data } })
          attempt.limit.restart(chunkMs)
          onSent?.(data.length)
        })
        await send({ eof: { sha256_checksum: checksum } })
        allSent = true
        attempt.limit.restart(storedMs + 1000 * Math.floor((await file.stat()).size / STORED_BYTES_PER_SECOND))
        await sending.finish()
      })
    } catch (error) {
      const failure = ConnectorError.from(error, OPERATION)
      if (!allSent || !isRetryable(failure.code)) throw failure
      throw new ConnectorError(failure.code, failure.operation, failure.detail, failure, ANSWER_LOST)
    }
  }
}

/**
 * Sends all of a file, one chunk in memory at a time, and gives the SHA-256 of what was sent.
 *
 * Errors: `failed-precondition` where the file changes its size meanwhile; those of the call where it ends before the file does.
 */
async function sendChunks(
  file: FileHandle,
  sending: Sending,
  send: (data: Uint8Array) => Promise<void>,
): Promise<Uint8Array> {
  const { size } = await file.stat()
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(CHUNK)
  let position = 0
  for (;;) {
    if (sending.ended) return await answeredEarly(sending)
    const { bytesRead } = await file.read(buffer, 0, CHUNK, position)
    if (bytesRead === 0) break
    const data = buffer.subarray(0, bytesRead)
    hash.update(data)
    await send(data)
    position += bytesRead
  }
  if (position === size) return hash.digest()
  const detail = `the file changed while it was sent, from ${size} to ${position} bytes`
  throw new ConnectorError('failed-precondition', OPERATION, detail)
}

/** An early refusal gives its own reason. An early success cannot be about the whole file. */
async function answeredEarly(sending: Sending): Promise<never> {
  await sending.finish()
  const detail = 'the service ended the upload before it had the whole file'
  throw new ConnectorError('unavailable', OPERATION, detail, undefined, 'malformed answer')
}
