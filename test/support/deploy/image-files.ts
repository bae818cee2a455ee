import { execFile } from 'node:child_process'
import { chown, chmod, cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { copiesOf, type CopyStep, parseDockerfile, type Stage } from './dockerfile.ts'

const run = promisify(execFile)

const repository = resolve(import.meta.dirname, '../../..')
const DOCKERFILE = join(repository, 'deploy/docker/Dockerfile')

/** The stages of our Dockerfile: the build and what becomes the image. */
export async function imageStages(): Promise<{ readonly build: Stage; readonly image: Stage }> {
  const [build, image, ...more] = parseDockerfile(await readFile(DOCKERFILE, 'utf8'))
  if (build === undefined || image === undefined || more.length > 0)
    throw new Error('the Dockerfile is expected to have two stages')
  return { build, image }
}

/**
 * Carries out the Dockerfile without a container engine: copies into a folder what the build stage copies and runs there what it runs,
 * then copies into `folder/root` what the image gets. The Node of the base image is the one that runs this.
 *
 * Gives the path of the root. Needs the package registry, as the build of the image does.
 */
export async function makeImageFiles(folder: string): Promise<string> {
  const { build, image } = await imageStages()
  const workdir = '/baton-twingate'
  const work = join(folder, basename(workdir))
  const root = join(folder, 'root')
  await mkdir(work, { recursive: true })
  const inContext = await contextRule()
  const fromContext = (path: string): string => {
    if (inContext(path)) return join(repository, path)
    throw new Error(`.dockerignore keeps out what the Dockerfile copies: ${path}`)
  }
  for (const step of build.steps) {
    if (step.kind === 'copy')
      await copy(step, fromContext, (target) => resolve(work, relative(workdir, resolve(workdir, target))))
    else if (step.kind === 'run') await runStep(step.text, work)
    else if (step.kind !== 'workdir' || step.text !== workdir) throw new Error(`a step that is not known: ${step.kind}`)
  }
  const fromBuild = (path: string): string => {
    if (path === '/usr/local/bin/node') return process.execPath
    if (path.startsWith(`${workdir}/`)) return join(work, relative(workdir, path))
    throw new Error(`the image copies something that is no result of the build: ${path}`)
  }
  for (const step of copiesOf(image))
    await copy(step, step.from === build.name ? fromBuild : fromContext, (target) => join(root, target))
  return root
}

/** Our `.dockerignore` keeps out everything but the paths that it names. */
async function contextRule(): Promise<(path: string) => boolean> {
  const lines = (await readFile(join(repository, '.dockerignore'), 'utf8')).split('\n')
  const [all, ...kept] = lines.filter((line) => line !== '' && !line.startsWith('#'))
  if (all !== '*' || kept.some((line) => !line.startsWith('!'))) throw new Error('.dockerignore is of another form')
  const paths = kept.map((line) => line.slice(1))
  return (path) => paths.some((one) => path === one || path.startsWith(`${one}/`))
}

async function copy(step: CopyStep, find: (path: string) => string, place: (path: string) => string): Promise<void> {
  for (const source of step.sources) {
    const from = find(source)
    const target = place(step.target)
    const into = step.target.endsWith('/') && !(await stat(from)).isDirectory()
    const to = into ? join(target, basename(source)) : target
    await mkdir(dirname(to), { recursive: true })
    await cp(from, to, { recursive: true, verbatimSymlinks: true })
    if (step.mode !== undefined) await chmod(to, Number.parseInt(step.mode, 8))
    const [uid, gid] = (step.owner ?? '').split(':').map(Number)
    if (uid && gid && process.getuid?.() === 0) await chown(to, uid, gid)
  }
}

async function runStep(command: string, cwd: string): Promise<void> {
  const { CI: _, NODE_OPTIONS: __, ...env } = process.env
  const PATH = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
  try {
    await run('sh', ['-ec', command], { cwd, env: { ...withoutNpm(env), PATH } })
  } catch (error) {
    throw new Error(`RUN ${command}: ${(error as { stderr?: string }).stderr ?? String(error)}`, { cause: error })
  }
}

/** `npm run` and `npx` hand their own settings on; a build of an image has none of them. */
const withoutNpm = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_/i.test(name)))

/**
 * Adds what the base image brings: the libraries that Node is linked to, the user, and the folders that a container runtime mounts on.
 * Gives the names of the libraries.
 */
export async function addBaseFiles(root: string): Promise<readonly string[]> {
  const { stdout } = await run('ldd', [process.execPath])
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '')
  for (const path of libraries) await cp(path, join(root, path), { dereference: true })
  for (const name of ['proc', 'tmp', 'dev', 'run/secrets']) await mkdir(join(root, name), { recursive: true })
  await mkdir(join(root, 'etc'), { recursive: true })
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0::/root:/sbin/nologin\nnonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n',
  )
  return libraries.map((path) => basename(path))
}
