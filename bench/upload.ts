import { execFile } from 'node:child_process'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { makeCertificates } from '../test/support/certificates.ts'
import { startBatonService } from '../test/platform/service/start-baton-service.ts'

/** Uploads files of several sizes, each by a process of its own, to a service in this one, and prints the most memory that a process held. */
const { values } = parseArgs({ options: { size: { type: 'string', multiple: true, default: ['1', '100', '2000'] } } })

const MB = 1e6
const uploader = join(import.meta.dirname, '../test/unit/sdk/service/platform/upload-process.ts')
const folder = await mkdtemp(join(tmpdir(), 'bench-upload-'))
const certificates = makeCertificates(folder)
const service = await startBatonService(certificates.localhost)

console.log('| file MB | wall s | peak RSS MB |\n| ---: | ---: | ---: |')
for (const size of values.size) {
  const file = join(folder, `${size}.c1z`)
  await writeFile(file, '')
  await truncate(file, Number(size) * MB)
  const begun = performance.now()
  const { stdout } = await promisify(execFile)(process.execPath, [uploader], {
    env: {
      PATH: process.env['PATH'],
      SSL_CERT_FILE: certificates.caFile,
      CLIENT_ID: service.credentials.clientId,
      CLIENT_SECRET: service.credentials.clientSecret,
      FILE: file,
    },
  })
  const seconds = (performance.now() - begun) / 1000
  const rss = (Number(stdout) * 1024 * 1024) / MB
  if (service.uploads.at(-1)?.bytes !== Number(size) * MB) throw new Error('the service has not received the file')
  console.log(`| ${size} | ${seconds.toFixed(1)} | ${rss.toFixed(0)} |`)
}
await service.stop()
await rm(folder, { recursive: true })
