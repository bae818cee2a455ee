import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { runDeployTool, whyMissing } from '../support/deploy/deploy-tools.ts'
import { type Container, type ContainerOptions, createContainer, healthCheckOf } from '../support/deploy/container.ts'
import { lastOf, type Stage } from '../support/deploy/dockerfile.ts'
import { addBaseFiles, imageStages, makeImageFiles } from '../support/deploy/image-files.ts'
import { IMAGE_USER, STATE_FOLDER, whyNoImageRuns } from '../support/deploy/in-image.ts'
import { freePort } from '../support/free-port.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { expandedTruthOf } from '../tenant/tenant-truth.ts'
import { missing } from '../support/deploy/missing.ts'

const repository = join(import.meta.dirname, '../..')
const noRuns = whyNoImageRuns()
const found = await officialTools()
const noPeer = 'missing' in found ? found.missing : undefined

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
      const { server, state, start } = await container()
      const { code, stderr } = await start().ended
      expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
      expect(readSnapshot(join(state, 'sync.c1z'))).toMatchObject(expandedTruthOf(server.tenant))
      expect(statSync(join(state, 'sync.c1z')).uid).toBe(process.getuid?.() === 0 ? IMAGE_USER : process.getuid?.())
    })

    it('can write nowhere else', async () => {
      const { start } = await container()
      for (const folder of ['/app', '/usr/local/bin', '/etc', '/run/secrets']) {
        const { code, stderr } = await start(['--file', `${folder}/sync.c1z`]).ended
        expect([folder, code]).toEqual([folder, 7])
        expect(stderr).toMatch(/make the folder writable/)
      }
    })

    it('stops on SIGTERM without an init, and keeps what it read', async () => {
      const { server, start } = await container()
      const program = start()
      server.plan({
        changes: [{ when: { operation: 'Users', page: 0 }, apply: () => program.kill('SIGTERM') }],
      })
      const { code, stderr } = await program.ended
      expect(stderr).toMatch(/stopped on request/)
      expect(code).toBe(1)
    })

    it.skipIf(missing('the image does not serve', noPeer))(
      'serves the platform: a task, health, status, metrics, and an orderly end on SIGTERM',
      async () => {
        const folder = temporaryFolder(onTestFinished)
        const uploads = join(folder, 'uploads')
        mkdirSync(uploads)
        const peer = await (found as OfficialTools).startPeer({ certificates: folder, uploads })
        onTestFinished(() => peer.close())
        const port = await freePort()
        const { server, state, start, exec } = await container({
          secrets: { 'client-secret': `${peer.clientSecret}\n`, 'ca.pem': readFileSync(peer.caFile, 'utf8') },
          env: {
            BATON_CLIENT_ID: peer.clientId,
            BATON_CLIENT_SECRET_FILE: '/run/secrets/client-secret',
            BATON_C1_API_HOST: peer.host,
            SSL_CERT_FILE: '/run/secrets/ca.pem',
            BATON_HEALTH_CHECK_PORT: String(port),
          },
        })
        const [task = ''] = await peer.enqueue({ syncFull: {} })
        const daemon = start()
        expect(await peer.finished(task)).toMatchObject({ outcome: 'success' })
        const [upload = ''] = readdirSync(uploads)
        expect(readSnapshot(join(uploads, upload))).toMatchObject(expandedTruthOf(server.tenant))

        expect(await exec(healthCheckOf(image))).toMatchObject({ code: 0 })
        expect(await exec(['health-check', '--endpoint', 'ready'])).toMatchObject({ code: 0 })
        // Its status is written at most once a second.
        await expect.poll(() => exec(['status']), { timeout: 30_000 }).toMatchObject({ code: 0, stderr: '' })
        const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
        expect(metrics).toContain('baton_connected 1\n')

        daemon.kill('SIGTERM')
        const { code, stderr } = await daemon.ended
        expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
        expect(readdirSync(state).filter((name) => name.includes('c1z'))).toEqual([])
        expect(await exec(healthCheckOf(image))).toMatchObject({ code: 14 })
        expect(await peer.violations()).toEqual([])
      },
    )
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

const container = (options: Pick<ContainerOptions, 'env' | 'secrets'> = {}): Promise<Container> =>
  createContainer({ root, image, atEnd: onTestFinished, ...options })
