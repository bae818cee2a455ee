import { z } from 'zod'
import { mayBeSecret } from '../../text/may-be-secret.ts'
import { parsePlacedYaml } from '../placed-yaml.ts'
import type { Problem } from '../problem.ts'
import { TENANT_NAME, TENANTS_FILE, type TenantEntry } from './file-schema.ts'

/** A tenant and where it stands. */
export interface PlacedTenant {
  readonly entry: TenantEntry
  /** From 1. */
  readonly line: number
}

/** The tenants of a file, or what is wrong with it, each problem with its line. */
export type ParsedTenants = { readonly tenants: readonly PlacedTenant[] } | { readonly problems: readonly Problem[] }

/**
 * Reads the text of a file of tenants. `name` is that of the file, for the problems.
 *
 * Errors: `invalid-argument` for what is neither YAML nor JSON.
 */
export function parseTenants(text: string, name: string): ParsedTenants {
  const { value, lineOf } = parsePlacedYaml(text, name)
  const parsed = TENANTS_FILE.safeParse(value)
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map(({ path, message }) => ({
        subject: `${name}, line ${lineOf(path)}`,
        text: `${placeOf(path, value)}${message}`,
      })),
    }
  const tenants = parsed.data.tenants.map((entry, i) => ({ entry, line: lineOf(['tenants', i]) }))
  const problems = sameNames(tenants, name)
  return problems.length > 0 ? { problems } : { tenants }
}

/** A problem of one tenant, in the words of all. */
export const tenantProblem = (name: string, { entry, line }: PlacedTenant, text: string): Problem => ({
  subject: `${name}, line ${line}`,
  text: `tenant ${entry.name}: ${text}`,
})

/** Names are names of folders as well, and not every file system tells capitals apart. */
function sameNames(tenants: readonly PlacedTenant[], file: string): readonly Problem[] {
  const first = new Map<string, PlacedTenant>()
  return tenants.flatMap((tenant) => {
    const name = tenant.entry.name.toLowerCase()
    const other = first.get(name)
    if (other) return [tenantProblem(file, tenant, `line ${other.line} has a tenant of this name already`)]
    first.set(name, tenant)
    return []
  })
}

/** `tenant globex: network `, `tenant 2: file `, empty for the file as a whole. */
function placeOf(path: readonly PropertyKey[], value: unknown): string {
  const [list, at, ...rest] = path
  const setting = rest.length === 0 ? '' : `${rest.join('.')} `
  if (list !== 'tenants' || typeof at !== 'number') return path.length === 0 ? 'it ' : `${path.join('.')} `
  return `tenant ${nameIn(value, at)}: ${setting || 'it '}`
}

function nameIn(value: unknown, at: number): string {
  const { name } = Named.safeParse(value).data?.tenants[at] ?? {}
  return name === undefined || mayBeSecret(name) || !TENANT_NAME.test(name) ? String(at + 1) : name
}

/** Of a file that is wrong elsewhere: the names that are right. */
const Named = z.object({
  tenants: z.array(z.object({ name: z.string().min(1).max(63).optional().catch(undefined) }).catch({})),
})
