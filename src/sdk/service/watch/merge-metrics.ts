/**
 * Several texts in the format of Prometheus as one: the values of a metric stand together below its one heading, as the format demands. Headings are
 * taken from the first text that has them.
 */
export function mergeMetrics(texts: readonly string[]): string {
  const metrics = new Map<string, string[]>()
  for (const block of texts.flatMap((text) => text.split(/^(?=# HELP )/m))) {
    const lines = block.split('\n').filter((line) => line !== '')
    const [, name] = /^# HELP (\S+)/.exec(lines[0] ?? '') ?? []
    if (name === undefined) continue
    const known = metrics.get(name)
    if (known) known.push(...lines.filter((line) => !line.startsWith('#')))
    else metrics.set(name, lines)
  }
  return [...metrics.values()].map((lines) => `${lines.join('\n')}\n`).join('\n')
}
