import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { startProgram } from '../support/run-program.ts'
import { syncTenant } from '../tenant/sync-tenant.ts'
import { identityTruthOf } from '../tenant/tenant-truth.ts'
import { READ_KEY } from '../tenant/api-keys.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { startTenant } from '../tenant/start-tenant.ts'
import { type Experiment, hold, hurriedTime, oneOf, shows } from './experiment.ts'

const HELPERS = ['.sync.c1z.base', '.sync.c1z.work', '.sync.c1z.image', 'sync.c1z.tmp']

/** The real program is killed at a page, or as soon as one of its helper files is there; then it is run again. */
export const kills: Experiment = {
  name: 'kill -9',
  promise: 'the file shows the sync before or the one after, whole; the next run ends with the present state',
  runs: 200,
  async run({ random, folder, atEnd }) {
    const tenant = seedTenant({ users: 350, groups: 60, membershipsPerUser: 5 })
    const server = await startTenant({ tenant })
    atEnd(() => server.close())
    const file = join(folder, 'sync.c1z')
    await syncTenant(server, file, { time: hurriedTime() })
    const earlier = identityTruthOf(tenant)
    tenant.removeUser(tenant.users[random(tenant.users.length)]!)
    tenant.addMember(tenant.groups[random(60)]!, tenant.addUser())
    const later = identityTruthOf(tenant)

    const env = { BATON_DOMAIN: 'acme', BATON_API_KEY: READ_KEY, BATON_BASE_URL: server.baseUrl }
    const start = () => startProgram(['--sync-resource-types', 'user,group,role'], { cwd: folder, env, atEnd })
    const program = start()
    const atPage = random(2) === 0
    if (atPage) {
      const when = { operation: oneOf(random, ['Users', 'Users', 'Groups']), page: random(4) }
      server.plan({ changes: [{ when, apply: () => program.kill('SIGKILL') }] })
    } else {
      const helper = join(folder, oneOf(random, HELPERS))
      while (program.isRunning() && !existsSync(helper)) await setImmediate()
      for (let turns = random(200); turns > 0 && program.isRunning(); turns--) await setImmediate()
      program.kill('SIGKILL')
    }
    const { code } = await program.ended
    const found = readSnapshot(file)
    hold(shows(found, earlier) || shows(found, later), 'after the kill the file shows neither sync whole')
    server.plan({})
    // The same run in this process is quicker, and every fourth is a real one all the same.
    if (random(4) === 0) {
      const again = await start().ended
      hold(again.code === 0, `the next run ends with ${String(again.code)}: ${again.stderr}`)
    } else await syncTenant(server, file, { time: hurriedTime() })
    hold(shows(readSnapshot(file), later), 'the next run does not show the present state')
    return code === null ? `killed ${atPage ? 'at a page' : 'at a helper file'}` : 'ended before the kill'
  },
}
