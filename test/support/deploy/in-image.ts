import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync } from 'node:fs'

/** How a container runtime would start the image, with Linux name spaces in its place. */
export interface ImageRun {
  /** The files of the image, mounted read-only. */
  readonly root: string
  /** Folder of the host that is mounted on the state folder, writable. */
  readonly state: string
  /** Folder of the host that is mounted on `/run/secrets`, read-only. */
  readonly secrets: string
  /** What the program sees of the environment; nothing else. */
  readonly env: Readonly<Record<string, string>>
}

export const STATE_FOLDER = '/var/lib/baton-twingate'
export const IMAGE_USER = 65532

const isRoot = process.getuid?.() === 0
const NAME_SPACES = [...(isRoot ? [] : ['--user', '--map-root-user']), '--mount', '--pid', '--ipc', '--uts', '--fork']

/** Why name spaces cannot be had here; `undefined` where they can. */
export function whyNoImageRuns(): string | undefined {
  const { status, error, stderr } = spawnSync('unshare', [...NAME_SPACES, 'mount', '--make-rprivate', '/'], {
    encoding: 'utf8',
  })
  if (error) return `unshare is missing (${error.message})`
  return status === 0 ? undefined : `name spaces are not allowed here (${stderr.trim()})`
}

/**
 * Command that starts the words after it as process 1 of a container: a read-only root, an own `/proc`, a small `/tmp`, user 65532
 * without capabilities. Loopback is the host's, so that test servers are reached.
 */
export function inImage({ root, state, secrets, env }: ImageRun): readonly string[] {
  if (isRoot) chownSync(state, IMAGE_USER, IMAGE_USER)
  chmodSync(state, 0o700)
  const mounts = `
    mount --make-rprivate /
    mount --bind "$0" "$0"
    mount -o remount,bind,ro "$0"
    mount --bind "$1" "$0${STATE_FOLDER}"
    mount --bind "$2" "$0/run/secrets"
    mount -t tmpfs -o size=16m,mode=1777 tmpfs "$0/tmp"
    mount -t proc proc "$0/proc"
    mount -t tmpfs -o size=64k tmpfs "$0/dev"
    for device in null urandom; do : > "$0/dev/$device"; mount --bind "/dev/$device" "$0/dev/$device"; done
    shift 2
    exec "$@"`
  // Root becomes the user for good. Others map themselves to it: the kernel lets them be nobody else.
  const user = isRoot
    ? ['--setuid', String(IMAGE_USER), '--setgid', String(IMAGE_USER)]
    : ['--user', `--map-user=${String(IMAGE_USER)}`, `--map-group=${String(IMAGE_USER)}`]
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  const variables = Object.entries({ HOME: '/home/nonroot', ...env }).map(([name, value]) => `${name}=${value}`)
  return [
    ...['unshare', ...NAME_SPACES, '--kill-child=SIGKILL', 'sh', '-ec', mounts, root, state, secrets],
    ...['env', '-i', path, ...variables, 'unshare', ...user, `--root=${root}`, `--wd=${STATE_FOLDER}`, '--'],
  ]
}
