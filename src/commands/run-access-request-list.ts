import { pendingRequests } from '../resources/access-request.ts'
import { changeRetryPolicy, persist } from '../sdk/pacing/send-or-look.ts'
import { printable } from '../sdk/text/printable.ts'
import type { ChangeRunner } from './context.ts'

/** `access-request list`: who asks to reach what, oldest first; a line or, as JSON, an object for each. */
export const accessRequestListCommand: ChangeRunner = async ({ client, call, config, io }) => {
  const retry = { operation: 'list access requests', retry: changeRetryPolicy, call }
  const requests = await persist(() => pendingRequests(client, call), retry)
  io.status.set('')
  for (const { id, user, resource, reason, requestedAt } of requests.toSorted((a, b) =>
    a.requestedAt < b.requestedAt ? -1 : 1,
  )) {
    const email = user.email ?? user.id
    io.stdout.write(
      config.output === 'json'
        ? `${JSON.stringify({ id, user: user.id, email, resource: resource.id, resourceName: resource.name, reason, requestedAt })}\n`
        : `${[id, email, resource.name, requestedAt, reason ?? ''].map(printable).join('  ').trimEnd()}\n`,
    )
  }
  if (requests.length === 0) io.stderr.write('no request for access waits for a decision\n')
}
