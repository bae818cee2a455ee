import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSource } from '../../src/scim/sources/open-source.ts'
import { SourceOptions } from '../../src/scim/sources/options.ts'
import { BASE, BRANCHES, group, nameOf, person } from '../ldap-servers/index.ts'
import { sourceParts } from '../support/scim/source-parts.ts'
import { slapdSuite } from './slapd-suite.ts'
import { SourceImage } from './source-image.ts'

const open = slapdSuite()

test('a file that ldapsearch writes gives what the directory itself gives', async (context) => {
  await using directory = open(context)
  const comma = `cn=Doe\\, Jo,ou=people,${BASE}`
  const long = 'A long name that is folded by every tool which keeps lines short, as the standard asks of them'
  const seed = [
    ...[BRANCHES, person('ann', { cn: ['Ann Test', 'Änne', long], 'cn;lang-de': 'Änne' })],
    ...[person('jo', { cn: 'Doe, Jo', employeeType: 'left' }, comma), group('staff', [nameOf('ann'), comma])],
    group('all', [`cn=staff,ou=groups,${BASE}`, nameOf('gone')]),
  ].join('\n')
  const server = await directory.start({ seed })
  const enabled = { attribute: 'employeeType', isNot: ['left'] }
  const attributes = { user: ['cn;lang-de'], group: [] }
  const live = await directory.image.read(await directory.source(server.url, { enabled, attributes }))

  const folder = mkdtempSync(join(tmpdir(), 'ldif-'))
  const file = new SourceImage()
  try {
    writeFileSync(join(folder, 'd.ldif'), await server.dump(BASE))
    const options = SourceOptions.parse({ type: 'ldif', file: 'd.ldif', enabled })
    const source = await openSource(options, sourceParts(folder, { attributes }))
    expect(await file.read(source)).toEqual(live)
    expect(file.objects).toEqual(directory.image.objects)
    expect(file.memberships).toEqual(directory.image.memberships)

    writeFileSync(join(folder, 'd.ldif'), await server.dump(BASE, true))
    await expect(file.read(source)).rejects.toThrow('write the file anew by ldapsearch -LLL')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
