import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Ended, type RunningProgram, startProgram } from '../run-program.ts'
import { temporaryFolder } from '../../tenant/sync-tenant.ts'
import { READ_KEY } from '../../tenant/api-keys.ts'
import { type RunningTenant, startTenant } from '../../tenant/start-tenant.ts'
import { lastOf, type Stage } from './dockerfile.ts'
import { inImage } from './in-image.ts'

/** A container of our image with a test tenant to talk to. */
export interface Container {
  readonly server: RunningTenant
  /** The state folder, as the host sees it. */
  readonly state: string
  /** Starts the program as process 1. */
  readonly start: (args?: readonly string[]) => RunningProgram
  /** Runs the program besides, as `docker exec` does, and waits for its end. */
  readonly exec: (args: readonly string[]) => Promise<Ended>
}

export interface ContainerOptions {
  readonly root: string
  readonly image: Stage
  /** Files in `/run/secrets` by name, besides `api-key`. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Besides those of the image and those that lead to the tenant. */
  readonly env?: Readonly<Record<string, string>>
  readonly atEnd: (cleanUp: () => void | Promise<void>) => void
}

export async function createContainer({ root, image, atEnd, ...options }: ContainerOptions): Promise<Container> {
  const server = await startTenant()
  atEnd(() => server.close())
  const folder = temporaryFolder(atEnd)
  const [state, secrets] = [join(folder, 'state'), join(folder, 'secrets')]
  mkdirSync(state)
  mkdirSync(secrets)
  for (const [name, text] of Object.entries({ 'api-key': READ_KEY, ...options.secrets }))
    writeFileSync(join(secrets, name), text)
  const env = {
    ...imageEnv(image),
    BATON_DOMAIN: 'acme',
    BATON_BASE_URL: server.baseUrl,
    BATON_API_KEY_FILE: '/run/secrets/api-key',
    ...options.env,
  }
  const start = (args: readonly string[] = []): RunningProgram =>
    startProgram(args, {
      cwd: folder,
      atEnd,
      under: inImage({ root, state, secrets, env }),
      program: ['baton-twingate'],
    })
  return { server, state, start, exec: (args) => start(args).ended }
}

/** Variables that the image sets. */
const imageEnv = (image: Stage): Readonly<Record<string, string>> =>
  Object.fromEntries((lastOf(image, 'env') ?? '').split(' ').map((pair) => pair.split('=')))

/** The program's arguments in the image's health check. */
export function healthCheckOf(image: Stage): readonly string[] {
  const [, command] = /CMD (\[.*\])$/.exec(lastOf(image, 'healthcheck') ?? '') ?? []
  const [program, ...args] = JSON.parse(command ?? '[]') as readonly string[]
  if (program !== 'baton-twingate') throw new Error('the health check is another program')
  return args
}
