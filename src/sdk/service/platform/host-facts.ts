import { existsSync, readFileSync } from 'node:fs'
import os from 'node:os'
import type { HostFacts } from '../baton-service.ts'

/** Longest host id that the service takes, in characters. */
const LONGEST = 256

/** What this machine says of itself; texts that could not be found are `''`. */
export interface RawFacts {
  readonly hostname: string
  /** `linux`, `darwin`, `windows`: as Go names it. */
  readonly os: string
  /** Text of /etc/os-release, or `''`. */
  readonly osRelease: string
  readonly kernelVersion: string
  /** As the kernel names it: `x86_64`, `aarch64`. */
  readonly arch: string
  /** `docker`, `kubernetes`, `wsl`, or `''`. */
  readonly virtualization: string
}

/**
 * Facts about the machine for the hello. No text is empty; the service refuses a registration with one.
 *
 * Source of the fallbacks: baton-sdk `pkg/tasks/c1api/hello.go`.
 */
export function hostFactsFrom(raw: RawFacts): HostFacts {
  const release = readOsRelease(raw.osRelease)
  const system = raw.os || 'unknown'
  const platform = release.get('ID') || system
  const kernelVersion = raw.kernelVersion || 'unknown'
  return {
    hostname: raw.hostname || 'unknown',
    os: system,
    platform,
    platformVersion: release.get('VERSION_ID') || kernelVersion,
    platformFamily: release.get('ID_LIKE')?.split(' ')[0] || platform,
    kernelVersion,
    kernelArch: raw.arch || 'unknown',
    virtualizationSystem: raw.virtualization || 'none',
  }
}

/** The facts of the machine that this runs on. */
export const hostFacts = (env: NodeJS.ProcessEnv): HostFacts =>
  hostFactsFrom({
    hostname: os.hostname(),
    os: os.platform() === 'win32' ? 'windows' : os.platform(),
    osRelease: readText('/etc/os-release') || readText('/usr/lib/os-release'),
    kernelVersion: os.release(),
    arch: { x64: 'x86_64', arm64: 'aarch64' }[os.arch() as string] ?? os.arch(),
    virtualization: virtualizationSystem(env),
  })

/** What the service tells this daemon from others by: BATON_HOST_ID, else the host's name, else `baton-sdk`; 1 to 256 characters. */
export const hostIdOf = (env: NodeJS.ProcessEnv, name: string): string =>
  Array.from(env['BATON_HOST_ID']?.trim() || name || 'baton-sdk')
    .slice(0, LONGEST)
    .join('')

function virtualizationSystem(env: NodeJS.ProcessEnv): string {
  if (env['KUBERNETES_SERVICE_HOST']) return 'kubernetes'
  if (existsSync('/.dockerenv') || existsSync('/run/.containerenv')) return 'docker'
  return os.type() === 'Linux' && os.release().toLowerCase().includes('microsoft') ? 'wsl' : ''
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Lines `NAME=value`, the value perhaps in quotes. Source: os-release(5). */
function readOsRelease(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\n').flatMap((line) => {
    const match = /^([A-Z_]+)=(["']?)(.*)\2\s*$/.exec(line.trim())
    return match ? [[match[1] ?? '', match[3] ?? ''] as const] : []
  })
  return new Map(pairs)
}
