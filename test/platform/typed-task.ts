import type { Fields } from './service/messages.ts'

const id = (type: string, resource: string): Fields => ({ id: { resource_type: type, resource } })

const membership = (group: string, user: string): Fields => ({
  entitlement: { id: `group:${group}:member`, slug: 'member', resource: id('group', group) },
  principal: id('user', user),
})

/** A task as somebody typed it, as the fields of a task; `undefined` for what is none. */
export function taskOf(text: string): Fields | undefined {
  if (text.startsWith('{')) {
    try {
      return JSON.parse(text) as Fields
    } catch {
      return undefined
    }
  }
  const [verb, first, second, ...more] = text.split(/\s+/)
  if (more.length > 0) return undefined
  if (verb === 'sync' && first === undefined) return { sync_full: {} }
  if (verb === 'disable' && first !== undefined && second === undefined)
    return { action_invoke: { name: 'disable_user', args: { fields: { user_id: { stringValue: first } } } } }
  if (first === undefined || second === undefined) return undefined
  if (verb === 'grant') return { grant: membership(first, second) }
  if (verb === 'revoke')
    return { revoke: { grant: { id: `group:${first}:member:user:${second}`, ...membership(first, second) } } }
  return undefined
}
