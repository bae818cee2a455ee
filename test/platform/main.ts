import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Command } from 'commander'
import { makeCertificates } from '../support/certificates.ts'
import type { Fields } from './service/messages.ts'
import { answer } from './service/replies.ts'
import { startBatonService } from './service/start-baton-service.ts'
import { taskOf } from './typed-task.ts'

const HELP = `
Tasks, one a line on standard input, or as arguments:
  sync                    read everything and upload it
  grant GROUP USER        ids, as list groups and list users show them; revoke likewise
  disable USER            the action disable_user
  '{"sync_full":{}}'      any task, as the fields of proto/service.proto`

const command = new Command('npm run platform --')
  .description('A pretend governance platform: it hands tasks to a connector in service mode and says how they end.')
  .argument('[tasks...]', 'tasks to begin with', ['sync'])
  .addHelpText('after', HELP)
  .parse()

const folder = mkdtempSync(join(tmpdir(), 'baton-platform-'))
const { caFile, localhost } = makeCertificates(folder)
const platform = await startBatonService(localhost)
const secretFile = join(folder, 'client-secret')
writeFileSync(secretFile, platform.credentials.clientSecret, { mode: 0o600 })

const waiting: { readonly id: string; readonly text: string; readonly task: Fields }[] = []
const given = new Map<string, string>()
let count = 0

function add(text: string): void {
  const task = taskOf(text)
  if (task === undefined) {
    console.log(`not understood: ${text}${HELP}`)
    return
  }
  count++
  // Ids of tasks have 27 characters.
  waiting.push({ id: String(count).padStart(27, '0'), text, task })
}

const idle = { next_poll: { seconds: 1 } }

platform.on.Hello = (call) => {
  console.log('the connector says hello')
  answer()(call)
}
platform.on.GetTask = (call) => {
  const next = waiting.shift()
  if (!next) return answer(idle)(call)
  given.set(next.id, next.text)
  console.log(`handed out: ${next.text}`)
  answer({ task: { id: next.id, ...next.task }, ...idle })(call)
}
platform.on.UploadAsset = (call) => {
  const { bytes = 0 } = platform.uploads.at(-1) ?? {}
  console.log(`uploaded: ${bytes.toLocaleString('en-US')} bytes`)
  answer()(call)
}
platform.on.FinishTask = (call) => {
  const id = String(call.request['task_id'])
  const { status } = call.request as { readonly status?: { readonly code?: number; readonly message?: string } }
  const failed = call.request['error'] !== undefined && call.request['error'] !== null
  const end = failed ? `failed: ${status?.message ?? 'no reason given'}` : 'done'
  console.log(`${given.get(id) ?? id}: ${end}`)
  answer()(call)
}

for (const text of command.args.length > 0 ? command.args : ['sync']) add(text)
const { clientId } = platform.credentials
console.log(`A pretend governance platform listens at ${platform.host}. It forgets everything when it ends; Ctrl-C stops it.
In another terminal, with a network to work for (npm run tenant, for example):

  export SSL_CERT_FILE=${caFile} BATON_C1_API_HOST=${platform.host}
  npx baton-twingate --client-id '${clientId}' --client-secret-file ${secretFile} --provisioning

Type a task, such as sync, or --help to see which there are.`)

createInterface({ input: process.stdin }).on('line', (line) => {
  const text = line.trim()
  if (text === '--help' || text === 'help') console.log(HELP)
  else if (text !== '') add(text)
})

const stop = (): void => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
