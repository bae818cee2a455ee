import { Server, ServerCredentials } from '@grpc/grpc-js'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { providerAnswers } from './provider-answers.ts'
import { implementation, providerService } from './provider-service.ts'
import type { Provider } from './provider.ts'

export interface ServedProviders {
  /** Value of `TF_REATTACH_PROVIDERS`: with it Terraform installs and starts nothing, and asks these. */
  readonly reattach: string
  close(): Promise<void>
}

/** Serves stand-in providers, each on a unix socket of its own. */
export async function serveProviders(providers: readonly Provider[]): Promise<ServedProviders> {
  const folder = await mkdtemp(join(tmpdir(), 'providers-'))
  const servers: Server[] = []
  const reattach: Record<string, object> = {}
  for (const [at, provider] of providers.entries()) {
    const socket = join(folder, `${at}.sock`)
    const server = new Server({ 'grpc.max_receive_message_length': -1 })
    server.addService(providerService, implementation(providerAnswers(provider)))
    await promisify(server.bindAsync.bind(server))(`unix:${socket}`, ServerCredentials.createInsecure())
    servers.push(server)
    reattach[provider.source] = {
      Protocol: 'grpc',
      ProtocolVersion: 6,
      Pid: process.pid,
      Test: true,
      Addr: { Network: 'unix', String: socket },
    }
  }
  return {
    reattach: JSON.stringify(reattach),
    close: async () => {
      for (const server of servers) server.forceShutdown()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
