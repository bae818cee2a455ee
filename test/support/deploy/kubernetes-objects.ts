import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { runDeployTool, schemasOf, type ToolRun } from './deploy-tools.ts'

/** An object of the Kubernetes API, as YAML holds it. */
export interface KubernetesObject {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: {
    readonly template?: PodTemplate
    readonly jobTemplate?: { readonly spec: { readonly template: PodTemplate } }
  }
}

/** What the tests read of a pod; anything else is compared as a whole. */
export interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }
  readonly spec: {
    readonly terminationGracePeriodSeconds: number
    readonly automountServiceAccountToken: boolean
    readonly containers: readonly [Container]
    readonly volumes: readonly { readonly name: string; readonly emptyDir?: unknown }[]
  }
}

export interface Container {
  readonly image: string
  readonly args?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[]
  readonly resources: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>>>>
  readonly securityContext: { readonly readOnlyRootFilesystem: boolean }
}

export const objectsIn = (text: string): readonly KubernetesObject[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null)

export const objectOf = (kind: string, objects: readonly KubernetesObject[]): KubernetesObject => {
  const found = objects.filter((object) => object.kind === kind)
  if (found.length !== 1) throw new Error(`${found.length} objects of the kind ${kind}`)
  return found[0]!
}

export const podOf = (objects: readonly KubernetesObject[]): PodTemplate['spec'] => {
  const templates = objects.flatMap(({ spec }) => spec?.template ?? spec?.jobTemplate?.spec.template ?? [])
  if (templates.length !== 1) throw new Error(`${templates.length} pods`)
  return templates[0]!.spec
}

/** What a tool prints. Errors: where it ends with another code than 0; its words are in the message. */
function printed({ code, stdout, stderr }: ToolRun): string {
  if (code !== 0) throw new Error(stderr.trim())
  return stdout
}

const DEPLOY = join(import.meta.dirname, '../../../deploy')

/** @param path below `deploy/kubernetes` */
export const kustomize = (path: string): string =>
  printed(runDeployTool('kustomize', ['build', join(DEPLOY, 'kubernetes', path)], DEPLOY))

/** Renders our chart with values of a test. Errors: the words of Helm, for values that the schema refuses as well. */
export const helm = (release: string, values: unknown): string =>
  printed(
    runDeployTool(
      'helm',
      ['template', release, 'helm/baton-twingate', '--kube-version', '1.30.0', '--values', '-'],
      DEPLOY,
      { input: JSON.stringify(values) },
    ),
  )

/** What the schemas of a Kubernetes version say against the objects; empty where all fit. */
export function schemaProblems(text: string, version: string): string {
  const { code, stdout, stderr } = runDeployTool(
    'kubeconform',
    ['-strict', '-summary', '-schema-location', schemasOf(version)],
    DEPLOY,
    { input: text },
  )
  const found = Number(/(\d+) resources? found/.exec(stdout)?.[1])
  if (found !== objectsIn(text).length || /Skipped: [^0]/.test(stdout)) return `not all were looked at: ${stdout}`
  return code === 0 ? '' : stdout + stderr
}

/** Each object with what the Pod Security Standards say of its pod at the level "restricted". */
export const podSecurity = (text: string): readonly string[] =>
  runDeployTool('podsecurity', [], DEPLOY, { input: text }).stdout.trim().split('\n')
