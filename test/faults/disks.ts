import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canMount } from '../support/can-mount.ts'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { startProgram } from '../support/run-program.ts'
import { syncTenant } from '../tenant/sync-tenant.ts'
import { expandedTruthOf } from '../tenant/tenant-truth.ts'
import { READ_KEY } from '../tenant/api-keys.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { startTenant } from '../tenant/start-tenant.ts'
import { type Experiment, hold, hurriedTime, shows } from './experiment.ts'

/** Runs the program in a folder of that size, with the files of another folder, and copies what is there afterwards back. */
const ON_SMALL_DISK = `
mount -t tmpfs -o size=$3k tmpfs "$1" && cp "$2"/* "$1"/ || exit 99
from=$1 to=$2; shift 3
cd "$from" && "$@"; code=$?
rm -rf "$to"/* "$to"/.[!.]*; cp -a "$from"/. "$to"/; exit $code`

/** From what holds little more than the file to what is enough. */
const [LEAST_KIB, MOST_KIB] = [1024, 64 * 1024]

/** The real program on a disk that fills up somewhere. */
export const fullDisks: Experiment = {
  name: 'full disk',
  promise: 'exit code 8 and the file as it was, or exit code 0 and the present state',
  runs: 40,
  ...(!canMount() && { impossible: 'a disk of a given size cannot be mounted here' }),
  async run({ random, folder, atEnd }) {
    const tenant = seedTenant({ users: 1500, groups: 120, membershipsPerUser: 8 })
    const server = await startTenant({ tenant })
    atEnd(() => server.close())
    const [disk, copy] = [join(folder, 'disk'), join(folder, 'copy')]
    mkdirSync(disk)
    mkdirSync(copy)
    const file = join(copy, 'sync.c1z')
    await syncTenant(server, join(folder, 'sync.c1z'), { time: hurriedTime() })
    copyFileSync(join(folder, 'sync.c1z'), file)
    const good = readFileSync(file)
    tenant.addMember(tenant.groups[0]!, tenant.addUser())
    const kib = Math.round(LEAST_KIB * (MOST_KIB / LEAST_KIB) ** (random(1000) / 1000))
    const { code, stderr } = await startProgram([], {
      cwd: folder,
      env: { BATON_DOMAIN: 'acme', BATON_API_KEY: READ_KEY, BATON_BASE_URL: server.baseUrl },
      under: ['unshare', '-rm', 'sh', '-c', ON_SMALL_DISK, 'sh', disk, copy, String(kib)],
      atEnd,
    }).ended
    hold(code === 0 || code === 8, `${kib} KiB: exit code ${String(code)}: ${stderr}`)
    if (code === 0) hold(shows(readSnapshot(file), expandedTruthOf(tenant)), `${kib} KiB: not the present state`)
    else hold(readFileSync(file).equals(good), `${kib} KiB: the file was changed`)
    return code === 0 ? 'enough, exit code 0' : 'full, exit code 8'
  },
}
