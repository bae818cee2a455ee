import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { build } from 'vite'

// Builds the explorer's page to the folder that is named, each file also as browsers take it compressed.
const root = join(import.meta.dirname, '..')
const outDir = resolve(process.argv[2] ?? join(root, 'dist/src/explorer/page'))

await build({
  root: join(root, 'src/explorer/page'),
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
})

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)
for (const name of await readdir(outDir, { recursive: true })) {
  if (!['.html', '.js', '.css', '.svg'].includes(extname(name))) continue
  const bytes = await readFile(join(outDir, name))
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
  await writeFile(join(outDir, `${name}.br`), await brotli(bytes, { params }))
  await writeFile(join(outDir, `${name}.gz`), await zip(bytes, { level: 9 }))
}
