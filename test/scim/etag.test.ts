import { expect, it } from 'vitest'
import { startingProfile } from '../../src/scim/target/profile.ts'
import { describeScim } from '../scim-targets/describe-scim.ts'
import { openThrough } from '../scim-targets/open-through.ts'

const { signal } = new AbortController()

describeScim(
  ['scim2-server'],
  (place) => {
    it('changes nothing that somebody else has changed since it was read, where the server knows versions', async () => {
      const { server, proxy } = place()
      const target = openThrough(proxy.url, server.token, { profile: { ...startingProfile('generic'), etag: true } })
      const { id = '' } = await target.create('user', { userName: 'ada', active: true }, signal)
      const read = await target.get('user', id, signal)
      if (!read) throw new Error('the user is not there')
      const title = (after: string) => target.update(read, [{ path: 'title', after }], signal)
      await title('Countess')
      await expect(title('Lady')).rejects.toMatchObject({ code: 'aborted', reason: 'http 412' })
      expect((await target.get('user', id, signal))?.attributes['title']).toBe('Countess')
    })
  },
  { mayMatch: true },
)
