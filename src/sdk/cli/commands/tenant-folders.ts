import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { statusPath, tenantStateDirs } from '../../service/watch/status-file.ts'

/**
 * Makes the folders in which a daemon keeps the state of these tenants, and removes what an earlier daemon told of others. Gives the path of each, by
 * name. `stateDir` exists, and this daemon alone has it.
 */
export function keepTenantFolders(stateDir: string, tenants: readonly string[]): ReadonlyMap<string, string> {
  const folder = tenantStateDirs(stateDir)
  if (tenants.length === 0) {
    rmSync(folder, { recursive: true, force: true })
    return new Map()
  }
  rmSync(statusPath(stateDir), { force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(folder))
    if (!tenants.includes(name)) rmSync(join(folder, name), { recursive: true, force: true })
  return new Map(
    tenants.map((name) => {
      const path = join(folder, name)
      mkdirSync(path, { recursive: true, mode: 0o700 })
      return [name, path]
    }),
  )
}
