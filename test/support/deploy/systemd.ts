import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const UNITS = join(import.meta.dirname, '../../../deploy/systemd')
/** Where the units of systemd itself are. */
const SYSTEM_UNITS = '/usr/lib/systemd/system'

const analyze = (...args: readonly string[]) => spawnSync('systemd-analyze', [...args], { encoding: 'utf8' })

export function whyNoSystemd(): string | undefined {
  const { error, stdout } = analyze('--version')
  if (error) return 'systemd-analyze is missing (package systemd)'
  const version = Number(/^systemd (\d+)/.exec(stdout)?.[1])
  return version >= 250 ? undefined : `systemd-analyze ${version} cannot look at units offline`
}

/** Lines of a unit as name and value; a name may come several times. Lists that are emptied are there with `''`. */
export const unitLines = (name: string): readonly (readonly [string, string])[] =>
  readFileSync(join(UNITS, name), 'utf8')
    .split('\n')
    .map((line) => /^(\w+)=(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, key = '', value = '']) => [key, value])

export const valuesOf = (name: string, key: string): readonly string[] =>
  unitLines(name)
    .filter(([own]) => own === key)
    .map(([, value]) => value)

/** What `systemd-analyze verify` says of units, installed below `root` with a program that they can start; empty where all is well. */
export function unitProblems(root: string, names: readonly string[]): string {
  const units = join(root, 'etc/systemd/system')
  cpSync(UNITS, units, { recursive: true })
  mkdirSync(join(root, SYSTEM_UNITS), { recursive: true })
  for (const path of globSync('*.{target,slice}', { cwd: SYSTEM_UNITS }))
    cpSync(join(SYSTEM_UNITS, path), join(root, SYSTEM_UNITS, basename(path)))
  for (const name of names)
    for (const command of valuesOf(name, 'ExecStart')) {
      const path = join(root, command.split(' ')[0] ?? '')
      mkdirSync(join(path, '..'), { recursive: true })
      writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 })
    }
  const { status, stderr } = analyze('verify', `--root=${root}`, ...names)
  return status === 0 ? stderr : `${stderr}(${status})`
}

/** How exposed a service is by `systemd-analyze security`: 0 is least, 10 is most. */
export function exposureOf(name: string): number {
  const { stdout, stderr } = analyze('security', '--offline=yes', '--no-pager', join(UNITS, name))
  const level = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]
  if (level === undefined) throw new Error(stderr)
  return Number(level)
}

/** Names of the system calls that a service may make, by its `SystemCallFilter`. */
export function allowedCalls(name: string): ReadonlySet<string> {
  const groups = new Map<string, readonly string[]>()
  for (const text of analyze('syscall-filter', '--no-pager').stdout.split(/\n\n/)) {
    const [head = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '')
    groups.set(
      head.trim(),
      lines.map((line) => line.trim()).filter((line) => !line.startsWith('#')),
    )
  }
  const expand = (word: string): readonly string[] =>
    word.startsWith('@') ? (groups.get(word) ?? []).flatMap(expand) : [word]
  const allowed = new Set<string>()
  for (const value of valuesOf(name, 'SystemCallFilter')) {
    const takesAway = value.startsWith('~')
    for (const call of value.replace('~', '').split(' ').flatMap(expand)) {
      if (takesAway) allowed.delete(call)
      else allowed.add(call)
    }
  }
  return allowed
}
