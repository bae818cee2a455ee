import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../support/free-port.ts'
import { install, type Installation } from './install.ts'

/** Servers that nobody here wrote; README.md says how they differ. */
export const SCIM_TARGETS = ['scim2-server', 'better-auth', 'scimmy', 'django-scim2-server'] as const
/** One that refuses most of what the standard asks for, and so is spoken to otherwise than the rules want. */
export const REFUSING_TARGET = 'django-scim2'
export type ScimTargetName = (typeof SCIM_TARGETS)[number] | typeof REFUSING_TARGET

/** Those that need Python. */
export const PYTHON_TARGETS: readonly ScimTargetName[] = ['scim2-server', 'django-scim2-server', REFUSING_TARGET]

export interface ScimTarget {
  readonly name: ScimTargetName
  /** Base address, without a trailing slash. */
  readonly url: string
  readonly token: string
  readonly pid: number
  /** Ends the process; what it held is gone. */
  stop(): Promise<void>
}

interface Launch {
  readonly from: Installation
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const launchers: Readonly<Record<ScimTargetName, (token: string, aside: string) => Promise<Launch>>> = {
  scimmy: async () => ({ from: 'scimmy', command: process.execPath, args: ['server.mjs'], env: {} }),
  'better-auth': async () => ({ from: 'better-auth', command: process.execPath, args: ['server.mjs'], env: {} }),
  'django-scim2-server': async (_, aside) => ({
    from: 'python',
    command: 'python3',
    args: ['django_server.py'],
    env: { DATABASE: join(aside, 'django.sqlite3') },
  }),
  'django-scim2': async (_, aside) => ({
    from: 'python',
    command: 'python3',
    args: ['django_scim2_target.py'],
    env: { DATABASE: join(aside, 'django.sqlite3') },
  }),
  'scim2-server': async (token) => ({
    from: 'python',
    command: 'python3',
    args: ['-m', 'scim2_server.testserver.cli', '--bearer-token', token, '--port', String(await freePort())],
    env: {},
  }),
}

/**
 * Starts a server with nothing in it, and waits until it listens. About a second, after the first installation.
 *
 * Errors: what the process said, where it ended at once.
 */
export async function startScimTarget(
  name: ScimTargetName,
  { token = 'provisioning-token' }: { readonly token?: string } = {},
): Promise<ScimTarget> {
  const aside = await mkdtemp(join(tmpdir(), 'scim-target-'))
  const launch = await launchers[name](token, aside)
  const folder = await install(launch.from)
  const child = spawn(launch.command, launch.args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: aside, TOKEN: token, ...pythonEnv(folder), ...launch.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = async (): Promise<void> => {
    await endProcess(child)
    await rm(aside, { recursive: true, force: true })
  }
  try {
    return { name, url: await addressOf(child, name), token, pid: child.pid ?? 0, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Where Python finds the installed packages; it writes nothing beside them. */
export const pythonEnv = (folder: string): Readonly<Record<string, string>> => ({
  PYTHONPATH: join(folder, 'packages'),
  PYTHONDONTWRITEBYTECODE: '1',
  PYTHONUNBUFFERED: '1',
})

export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** The address that the server prints as soon as it listens. */
async function addressOf(child: ChildProcess, name: string): Promise<string> {
  const said: string[] = []
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < 200) said.push(text)
  })
  const { stdout } = child
  if (!stdout) throw new Error(`${name} has no output`)
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${name} ended at once: ${said.join('')}`)
  })
  const listening = (async () => {
    for await (const line of createInterface({ input: stdout })) {
      const [address] = /http:\/\/127\.0\.0\.1:\d+\S*/.exec(line) ?? []
      if (address !== undefined) return address.replace(/\/$/, '')
    }
    throw new Error(`${name} did not say where it listens: ${said.join('')}`)
  })()
  const address = await Promise.race([listening, ended])
  stdout.resume()
  return address
}
