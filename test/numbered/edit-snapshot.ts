import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'

const MAGIC_LENGTH = 5

/** Changes the database in a snapshot by SQL, and then its bytes, as another program would have written them. */
export function editSnapshot(file: string, sql: string, edit: (image: Buffer) => void = () => {}): void {
  const packed = readFileSync(file)
  const path = `${file}.edited`
  writeFileSync(path, zstdDecompressSync(packed.subarray(MAGIC_LENGTH)))
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
  const image = readFileSync(path)
  rmSync(path)
  edit(image)
  writeFileSync(file, Buffer.concat([packed.subarray(0, MAGIC_LENGTH), zstdCompressSync(image)]))
}
