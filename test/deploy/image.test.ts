import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { runDeployTool, whyMissing } from '../support/deploy/deploy-tools.ts'
import { lastOf, type Stage } from '../support/deploy/dockerfile.ts'
import { addBaseFiles, imageStages, makeImageFiles } from '../support/deploy/image-files.ts'
import { IMAGE_USER, inImage, STATE_FOLDER, whyNoImageRuns } from '../support/deploy/in-image.ts'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { temporaryFolder } from '../support/sync-tenant.ts'
import { truthOf } from '../support/tenant-truth.ts'
import { startProgram, type RunningProgram } from '../support/run-program.ts'
import { READ_KEY } from '../support/tenant/api-keys.ts'
import { startTenant, type TenantOptions } from '../support/tenant/start-tenant.ts'
import { missing } from '../support/deploy/missing.ts'

const repository = join(import.meta.dirname, '../..')
const noRuns = whyNoImageRuns()

/** What the base image has, by the list of its packages: libc6, libgcc-s1, libstdc++6. */
const BASE_LIBRARIES = /^(ld-linux-[\w-]+|libc|libdl|libm|libpthread|librt|libgcc_s|libstdc\+\+)\.so\.\d+$/

let root = ''
let libraries: readonly string[] = []
let image: Stage
let stop: (() => void)[] = []

beforeAll(async () => {
  root = await makeImageFiles(temporaryFolder((cleanUp) => stop.push(cleanUp)))
  libraries = await addBaseFiles(root)
  image = (await imageStages()).image
  return () => stop.forEach((cleanUp) => cleanUp())
}, 300_000)

interface LockedPackage {
  readonly version?: string
  readonly dev?: boolean
  readonly optional?: boolean
}

describe('the files of the image', () => {
  it('are the production packages of the lockfile and no other', () => {
    const { packages } = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, LockedPackage>>
    }
    const wanted = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true)
    expect(installed()).toEqual(wanted.map(([path, { version }]) => `${path.slice(13)}@${version}`).sort())
  })

  it('name every package in their bill of materials', () => {
    const { components, metadata } = JSON.parse(readFileSync(join(root, 'app/sbom.cdx.json'), 'utf8')) as {
      readonly metadata: { readonly component: { readonly name: string; readonly purl: string } }
      readonly components: readonly { readonly name: string; readonly version: string }[]
    }
    expect(metadata.component).toMatchObject({ name: 'baton-twingate' })
    const packages = new Set(installed().map((text) => text.replace(/^.*node_modules\//, '')))
    expect(new Set(components.map(({ name, version }) => `${name}@${version}`))).toEqual(packages)
  })

  it('are readable by everybody and writable by nobody but root, apart from the state', () => {
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('tmp'))
    expect(files.length).toBeGreaterThan(500)
    const mode = (path: string): number => statSync(join(root, path)).mode
    expect(files.filter((path) => (mode(path) & 0o004) === 0)).toEqual([])
    expect(files.filter((path) => (mode(path) & 0o002) !== 0)).toEqual([])
  })

  it('hold no sources, tests or development tools', () => {
    const files = readdirSync(join(root, 'app'), { recursive: true, encoding: 'utf8' })
    expect(
      files.filter((path) => !path.startsWith('node_modules') && /\.ts$|^(test|scripts|bench)/.test(path)),
    ).toEqual([])
  })

  it('need no library that the base image lacks', () => {
    expect(libraries.length).toBeGreaterThan(3)
    expect(libraries.filter((name) => !BASE_LIBRARIES.test(name))).toEqual([])
  })
})

const noLinter = whyMissing('python')

describe('the Dockerfile', () => {
  const text = readFileSync(join(repository, 'deploy/docker/Dockerfile'), 'utf8')

  it.skipIf(missing('the Dockerfile is not linted', noLinter))('is what its linter wants', () => {
    expect(runDeployTool('hadolint', ['--no-color', 'deploy/docker/Dockerfile'], repository)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
  })

  it('runs the Node that the tests run', () => {
    expect(text).toContain(`ARG NODE_IMAGE=node:${process.versions.node}-`)
  })

  it('says the version of the package', () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string }
    expect(text).toContain(`ARG VERSION=${version}\n`)
  })

  it('starts the program as a user other than root', () => {
    expect(lastOf(image, 'user')).toBe(`${IMAGE_USER}:${IMAGE_USER}`)
    expect(lastOf(image, 'entrypoint')).toBe('["baton-twingate"]')
    expect(lastOf(image, 'workdir')).toBe(STATE_FOLDER)
  })
})

describe.skipIf(missing('the image is not run', noRuns))(
  'the image, as process 1 of a user without rights on a read-only file system',
  () => {
    it('syncs a network into its state folder', async () => {
      const container = await createContainer()
      const { code, stderr } = await container.start([]).ended
      expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
      expect(readSnapshot(join(container.state, 'sync.c1z'))).toMatchObject(truthOf(container.server.tenant))
      expect(statSync(join(container.state, 'sync.c1z')).uid).toBe(
        process.getuid?.() === 0 ? IMAGE_USER : process.getuid?.(),
      )
    })

    it('can write nowhere else', async () => {
      const container = await createContainer()
      for (const folder of ['/app', '/usr/local/bin', '/etc', '/run/secrets']) {
        const { code, stderr } = await container.start(['--file', `${folder}/sync.c1z`]).ended
        expect([folder, code]).toEqual([folder, 7])
        expect(stderr).toMatch(/make the folder writable/)
      }
    })

    it('stops on SIGTERM without an init, and keeps what it read', async () => {
      const container = await createContainer()
      const program = container.start([])
      container.server.plan({
        changes: [{ when: { operation: 'Users', page: 0 }, apply: () => program.kill('SIGTERM') }],
      })
      const { code, stderr } = await program.ended
      expect(stderr).toMatch(/stopped on request/)
      expect(code).toBe(1)
    })
  },
)

/** Every package under `node_modules` as `path@version`, sorted. */
function installed(): readonly string[] {
  const modules = join(root, 'app/node_modules')
  return readdirSync(modules, { recursive: true, encoding: 'utf8' })
    .map((path) => /^((?:.+\/node_modules\/)?(?:@[^/]+\/)?[^/@.][^/]*)\/package\.json$/.exec(path)?.[1])
    .filter((path) => path !== undefined)
    .map((path) => {
      const { version } = JSON.parse(readFileSync(join(modules, path, 'package.json'), 'utf8')) as { version: string }
      return `${path}@${version}`
    })
    .sort()
}

async function createContainer(options: TenantOptions = {}) {
  const server = await startTenant(options)
  onTestFinished(() => server.close())
  const folder = temporaryFolder(onTestFinished)
  const [state, secrets] = [join(folder, 'state'), join(folder, 'secrets')]
  mkdirSync(state)
  mkdirSync(secrets)
  writeFileSync(join(secrets, 'api-key'), READ_KEY)
  const env = {
    ...Object.fromEntries((lastOf(image, 'env') ?? '').split(' ').map((pair) => pair.split('='))),
    BATON_DOMAIN: 'acme',
    BATON_BASE_URL: server.baseUrl,
    BATON_API_KEY_FILE: '/run/secrets/api-key',
  }
  const start = (args: readonly string[]): RunningProgram =>
    startProgram(args, {
      cwd: folder,
      atEnd: onTestFinished,
      under: inImage({ root, state, secrets, env }),
      program: ['baton-twingate'],
    })
  return { server, state, start }
}
