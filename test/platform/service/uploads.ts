import { createHash } from 'node:crypto'
import { BATON, decode, type Fields } from './messages.ts'

export interface ReceivedUpload {
  readonly taskId: string
  readonly bytes: number
  readonly chunks: number
  /** Set once the end has come and its checksum is that of the data. */
  readonly sha256?: string
}

/** Reads an upload message by message and checks its order, sizes and checksum; holds no data. */
export async function* readUpload(messages: AsyncIterable<Buffer>): AsyncGenerator<ReceivedUpload> {
  const hash = createHash('sha256')
  let upload: ReceivedUpload | undefined
  for await (const message of messages) {
    const { metadata, data, eof } = decode(`${BATON}.BatonServiceUploadAssetRequest`, message) as Record<string, Fields>
    if (upload?.sha256 !== undefined) throw new Error('a message after the end')
    if (metadata) {
      if (upload) throw new Error('metadata twice')
      upload = { taskId: String(metadata['task_id']), bytes: 0, chunks: 0 }
    } else if (!upload) throw new Error('no metadata first')
    else if (data) {
      const bytes = (data['data'] ?? Buffer.alloc(0)) as Buffer
      if (bytes.length < 1 || bytes.length > 1_048_576) throw new Error(`a chunk of ${bytes.length} bytes`)
      hash.update(bytes)
      upload = { ...upload, bytes: upload.bytes + bytes.length, chunks: upload.chunks + 1 }
    } else {
      const told = Buffer.from(eof!['sha256_checksum'] as Buffer).toString('hex')
      if (told !== hash.digest('hex')) throw new Error('another checksum')
      upload = { ...upload, sha256: told }
    }
    yield upload
  }
}
