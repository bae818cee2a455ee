import { registerHooks } from 'node:module'

// Loaded by --import: says as the last line of stderr, as JSON, which packages a process loaded.
const packages = new Set<string>()
registerHooks({
  load(url, context, next) {
    const [, name] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? []
    if (name !== undefined) packages.add(name)
    return next(url, context)
  },
})
process.on('exit', () => process.stderr.write(`\n${JSON.stringify([...packages].toSorted())}\n`))
