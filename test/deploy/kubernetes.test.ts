import { describe, expect, it } from 'vitest'
import { KUBERNETES, whyMissing } from '../support/deploy/deploy-tools.ts'
import { STATE_FOLDER } from '../support/deploy/in-image.ts'
import {
  helm,
  type KubernetesObject,
  kustomize,
  objectOf,
  objectsIn,
  podOf,
  podSecurity,
  schemaProblems,
} from '../support/deploy/kubernetes-objects.ts'
import { missing } from '../support/deploy/missing.ts'
import { unknownSettings } from '../support/deploy/settings.ts'
import { parseTenants } from '../../src/sdk/settings/tenants/parse-tenants.ts'
import { inShard, readShard } from '../../src/sdk/settings/tenants/shard.ts'

const noTools = whyMissing('go')
const noSchemas = noTools ?? whyMissing('python')

const ACME = {
  image: { repository: 'registry.example.com/baton-twingate' },
  twingate: { domain: 'acme' },
  platform: { clientId: 'name@acme.conductor.one/ccc' },
}

/** The same as `overlays/fleet-nightly`. */
const FLEET = {
  image: ACME.image,
  mode: 'tenants',
  tenants: {
    list: [
      { name: 'acme', network: 'acme' },
      { name: 'globex', network: 'globex.us1.twingate.com', key: 'globex-key' },
    ],
    shards: 2,
  },
}

const RENDERED: Readonly<Record<string, () => string>> = {
  'overlays/acme': () => kustomize('overlays/acme'),
  'overlays/acme-nightly': () => kustomize('overlays/acme-nightly'),
  'overlays/fleet-nightly': () => kustomize('overlays/fleet-nightly'),
  'the chart for several tenants': () => helm('fleet', { ...FLEET, storage: { accessMode: 'ReadWriteOnce' } }),
  'the chart in service mode': () => helm('acme', ACME),
  'the chart with everything': () =>
    helm('acme', {
      ...ACME,
      image: { ...ACME.image, digest: `sha256:${'a'.repeat(64)}` },
      imagePullSecrets: [{ name: 'registry' }],
      provisioning: true,
      taskConcurrency: 5,
      replicas: 2,
      settings: { BATON_LOG_LEVEL: 'debug', HTTPS_PROXY: 'http://proxy:3128' },
      metrics: { enabled: true, namespace: 'observability' },
      podAnnotations: { team: 'identity' },
      nodeSelector: { pool: 'small' },
      tolerations: [{ key: 'dedicated', operator: 'Exists' }],
      affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
    }),
  'the chart for one sync a night': () =>
    helm('acme', { ...ACME, mode: 'one-shot', schedule: '@daily', storage: { size: '4Gi', className: 'ssd' } }),
}

describe.skipIf(missing('the manifests are not rendered', noTools))('the manifests', () => {
  describe.each(Object.keys(RENDERED))('%s', (name) => {
    const text = noTools === undefined ? RENDERED[name]!() : ''
    const objects = objectsIn(text)

    it.skipIf(noSchemas !== undefined).each(KUBERNETES)(
      'fit the API of Kubernetes %s, without unknown fields',
      (version) => {
        expect(objects.length).toBeGreaterThan(2)
        expect(schemaProblems(text, version)).toBe('')
      },
    )

    it('meet the Pod Security Standards at the level restricted', () => {
      const verdicts = podSecurity(text)
      expect(verdicts).toHaveLength(objects.length)
      expect(verdicts.filter((line) => line.endsWith('is restricted'))).toHaveLength(1)
      expect(verdicts.filter((line) => !/ has no pod$| is restricted$/.test(line))).toEqual([])
    })

    it('hold no secret, and hand secrets over as files', () => {
      expect(objects.map(({ kind }) => kind)).not.toContain('Secret')
      const [container] = podOf(objects).containers
      const named = (container.env ?? []).filter((variable) => variable.name.endsWith('_FILE'))
      const files = [...named.map(({ value }) => value ?? ''), ...tenantsOf(objects).map(({ key_file: key }) => key)]
      const mount = container.volumeMounts.find(({ name: volume }) => volume === 'secrets')
      expect(files.length).toBeGreaterThan(0)
      for (const file of files) expect(file?.startsWith(`${mount?.mountPath}/`)).toBe(true)
      expect(mount?.readOnly).toBe(true)
    })

    it('set only what the program knows', () => {
      expect(unknownSettings(variablesOf(objects))).toEqual([])
    })

    it('mount something writable exactly where the image keeps its state, and on /tmp', () => {
      const [container] = podOf(objects).containers
      const writable = container.volumeMounts.filter((mount) => mount.readOnly !== true).map((mount) => mount.mountPath)
      expect(writable.sort()).toEqual(['/tmp', STATE_FOLDER])
      expect(container.securityContext.readOnlyRootFilesystem).toBe(true)
    })

    it('give no access to the cluster, and no pod a limit of memory below what Node may use', () => {
      const pod = podOf(objects)
      expect(pod.automountServiceAccountToken).toBe(false)
      const [, heap] = /--max-old-space-size=(\d+)/.exec(variablesOf(objects)['NODE_OPTIONS'] ?? '') ?? []
      const [, limit] = /^(\d+)Mi$/.exec(pod.containers[0].resources.limits['memory'] ?? '') ?? []
      expect(Number(heap)).toBeLessThan(0.8 * Number(limit))
    })

    it('wait at the end for longer than the program takes by itself', () => {
      expect(podOf(objects).terminationGracePeriodSeconds).toBeGreaterThan(25 + 5)
    })
  })
})

describe.skipIf(noTools !== undefined)('the chart', () => {
  it.each([
    ['overlays/acme', { ...ACME, provisioning: true, metrics: { enabled: true } }],
    ['overlays/acme-nightly', { ...ACME, mode: 'one-shot' }],
    ['overlays/fleet-nightly', FLEET],
  ])('makes the same as kustomize makes of %s, names and labels apart', (overlay, values) => {
    const ofKustomize = comparable(objectsIn(kustomize(overlay)).filter(({ kind }) => kind !== 'Namespace'))
    const ofChart = comparable(objectsIn(helm('acme', values)))
    expect(Object.keys(ofChart).length).toBeGreaterThan(2)
    expect(ofChart).toEqual(ofKustomize)
  })

  it('makes the objects of two releases apart from each other', () => {
    const names = (release: string): readonly string[] =>
      objectsIn(helm(release, ACME)).map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    expect(names('acme').filter((name) => names('globex').includes(name))).toEqual([])
  })

  it.each([
    ['kustomize', () => kustomize('overlays/fleet-nightly')],
    ['helm', () => helm('fleet', FLEET)],
  ])('gives each tenant to one shard, and each shard a pod, by %s', (_, render) => {
    const objects = noTools === undefined ? objectsIn(render()) : []
    const job = objectOf('CronJob', objects).spec?.jobTemplate?.spec
    const [container] = podOf(objects).containers
    expect(job).toMatchObject({ completionMode: 'Indexed', completions: 2, backoffLimitPerIndex: 3 })
    const shards = [0, 1].map((index) => readShard(shardOf(container.args ?? [], index)))
    const tenants = tenantsOf(objects)
    const shared = shards.flatMap((shard) => ('count' in shard ? inShard(tenants, shard) : []))
    expect(shared).toHaveLength(2)
    expect(new Set(shared)).toEqual(new Set(tenants))
    for (const { file } of tenants) expect(file.startsWith(`${STATE_FOLDER}/`)).toBe(true)
  })

  it.each([
    ['no tenant', { ...FLEET, tenants: { list: [] } }, /tenants\/list/],
    ['a tenant without a network', { ...FLEET, tenants: { list: [{ name: 'acme' }] } }, /tenants\/list\/0/],
    ['a tenant with its key', { ...FLEET, tenants: { list: [{ name: 'a', network: 'a', api_key: 'x' }] } }, /api_key/],
    ['no network', { ...ACME, twingate: { domain: '' } }, /twingate\/domain/],
    ['no image', { ...ACME, image: {} }, /image\/repository/],
    ['service mode without a client id', { ...ACME, platform: {} }, /platform\/clientId/],
    ['the tag latest', { ...ACME, image: { ...ACME.image, tag: 'latest' } }, /image\/tag/],
    ['a secret as a setting', { ...ACME, settings: { BATON_API_KEY: 'x' } }, /BATON_API_KEY/],
    ['a value that does not exist', { ...ACME, replica: 2 }, /replica/],
    ['a number as a setting', { ...ACME, settings: { BATON_WORKERS: 2 } }, /settings/],
    ['a mode that does not exist', { ...ACME, mode: 'daemon' }, /mode/],
  ])('refuses %s and names the value', (_, values, place) => {
    expect(() => helm('acme', values)).toThrow(place)
  })
})

/** What the container gets as environment, from the ConfigMap and by itself. */
const variablesOf = (objects: readonly KubernetesObject[]): Readonly<Record<string, string>> => ({
  ...objectOf(
    'ConfigMap',
    objects.filter(({ data }) => data?.[TENANTS_FILE] === undefined),
  ).data,
  ...Object.fromEntries((podOf(objects).containers[0].env ?? []).map(({ name, value }) => [name, value ?? ''])),
})

const TENANTS_FILE = 'tenants.yaml'

/** The tenants of the file that the pod gets, as the program reads them. */
function tenantsOf(objects: readonly KubernetesObject[]) {
  const text = objects.flatMap(({ data }) => data?.[TENANTS_FILE] ?? [])
  return text.flatMap((file) => {
    const parsed = parseTenants(file, TENANTS_FILE)
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
    return parsed.tenants.map(({ entry }) => entry)
  })
}

/** What `--shard` is in the pod of an index: Kubernetes puts the variables of the container into its arguments. */
function shardOf(args: readonly string[], index: number): string {
  const [flag, value = '', ...more] = args
  expect([flag, more]).toEqual(['--shard', []])
  return value.replace('$(JOB_COMPLETION_INDEX)', String(index))
}

/** Objects by kind and file without what has to differ: names, labels, and the ways in which new settings reach running pods. */
function comparable(objects: readonly KubernetesObject[]): Readonly<Record<string, unknown>> {
  const left = /^(namespace|labels|matchLabels|claimName|checksum\/(settings|tenants)|helm\.sh\/resource-policy)$/
  const ofRelease = /^(acme|baton-twingate)(-tenants)?(-[a-z0-9]{10})?$/
  const without = (key: string, value: unknown): unknown => {
    if (left.test(key) || (key === 'name' && ofRelease.test(String(value)))) return undefined
    if (!/^(metadata|annotations)$/.test(key)) return value
    const kept = Object.entries(value as object).filter(([name, own]) => without(name, own) !== undefined)
    return kept.length === 0 ? undefined : Object.fromEntries(kept)
  }
  return Object.fromEntries(
    objects.map((object) => [
      `${object.kind} ${Object.keys(object.data ?? {})
        .filter((key) => key === TENANTS_FILE)
        .join('')}`,
      JSON.parse(JSON.stringify(object, without)) as unknown,
    ]),
  )
}
