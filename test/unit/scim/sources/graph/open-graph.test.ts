import { expect, it } from 'vitest'
import { GraphOptions } from '../../../../../src/scim/sources/graph/options.ts'
import { openSource } from '../../../../../src/scim/sources/open-source.ts'
import { sourceParts } from '../../../../support/scim/source-parts.ts'

const SETTINGS = GraphOptions.parse({
  type: 'graph',
  tenant: 'acme.example',
  clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
  credential: { clientSecretFile: 'secret' },
})

it('the roles of an application are not read from Graph, where they would go stale', async () => {
  const open = (names: readonly string[]) =>
    openSource(SETTINGS, sourceParts('/', { attributes: { user: names, group: [] } }))
  await expect(open(['department', 'appRoleAssignments'])).rejects.toThrow(
    '[appRoleAssignments] cannot be read from Microsoft Graph',
  )
  expect((await open(['department'])).type).toBe('graph')
})
