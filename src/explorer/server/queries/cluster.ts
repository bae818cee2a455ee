import type { z } from 'zod'
import type { Graph, GraphNode } from '../answers.ts'
import { idOf, type OpenSync } from '../open-sync.ts'
import { typeWord } from '../../../readers/model/thing.ts'

type Node = z.infer<typeof GraphNode>
type Edge = Graph['edges'][number]

/** Up to so many alike nodes are drawn one by one; in a column with many nodes, fewer are. */
const MOST_ALIKE = 7
const MANY = 60
/** Members of a cluster that are drawn each time it is opened: more at once nobody can read, and no browser moves smoothly. */
const MOST_OPENED = 200

/**
 * Puts together what is alike: resources of one type that lead the same way to the center, or are led to from it. Begun at the center, so that what
 * is behind a cluster is alike as well. A cluster can be opened.
 */
export function clustered(
  open: OpenSync,
  center: string,
  edges: readonly Edge[],
  opened: ReadonlySet<string>,
): Pick<Graph, 'nodes' | 'edges'> {
  const columns = columnsOf(center, edges)
  const groupOf = new Map<string, string>([[center, center]])
  const members = new Map<string, readonly string[]>()
  const toCenter = wayToCenter(center, edges, columns)
  for (const keys of toCenter.columns) {
    const clusters = Map.groupBy(keys, (key) => {
      const next = toCenter.next(key).map((each) => groupOf.get(each) ?? each)
      return `cluster ${columns.get(key) ?? 0} ${idOf(key).type} ${digest([...new Set(next)].sort().join(' '))}`
    })
    const most = clusters.size > MANY || keys.length > MANY ? 1 : MOST_ALIKE
    for (const [cluster, alike] of clusters) {
      let times = 0
      while (opened.has(nameOf(cluster, times))) times++
      const shown = alike.length <= most ? alike : alike.slice(0, times * MOST_OPENED)
      const rest = alike.slice(shown.length)
      for (const key of shown) groupOf.set(key, key)
      for (const key of rest) groupOf.set(key, nameOf(cluster, times))
      if (rest.length > 0) members.set(nameOf(cluster, times), rest)
    }
  }
  return {
    nodes: [...new Set(groupOf.values())].map((id) => nodeOf(open, id, members.get(id), columns)),
    edges: mergedEdges(edges, groupOf),
  }
}

/** The id of the rest of a cluster that was opened so many times. */
const nameOf = (cluster: string, times: number): string => (times === 0 ? cluster : `${cluster} ${times}`)

interface WayToCenter {
  /** All but the center, by column, the nearest to it first. */
  readonly columns: readonly (readonly string[])[]
  readonly next: (key: string) => readonly string[]
}

/** If the center is on the left, the nodes that lead to a node are nearer to the center; otherwise the nodes that it leads to are. */
function wayToCenter(center: string, edges: readonly Edge[], columns: ReadonlyMap<string, number>): WayToCenter {
  const fromLeft = !edges.some(({ to }) => to === center)
  const near = new Map<string, string[]>()
  for (const { from, to } of edges) {
    const [far, nearer] = fromLeft ? [to, from] : [from, to]
    const known = near.get(far)
    if (known) known.push(nearer)
    else near.set(far, [nearer])
  }
  const byColumn = [...Map.groupBy(columns.keys(), (key) => columns.get(key) ?? 0)].sort(([a], [b]) =>
    fromLeft ? a - b : b - a,
  )
  return {
    columns: byColumn.map(([, keys]) => keys.filter((key) => key !== center)),
    next: (key) => near.get(key) ?? [],
  }
}

/** How far each node is from the left: one more than the farthest before it. Cycles end where they were entered. */
function columnsOf(center: string, edges: readonly Edge[]): ReadonlyMap<string, number> {
  const next = Map.groupBy(edges, ({ from }) => from)
  const targets = new Set(edges.map(({ to }) => to))
  const columns = new Map<string, number>([[center, 0]])
  let front = [...new Set(edges.map(({ from }) => from))].filter((key) => !targets.has(key))
  if (front.length === 0) front = [center]
  for (const key of front) columns.set(key, 0)
  for (let column = 1; front.length > 0 && column <= MOST_COLUMNS; column++) {
    const following = new Set(front.flatMap((key) => (next.get(key) ?? []).map(({ to }) => to)))
    for (const key of following) columns.set(key, column)
    front = [...following]
  }
  return columns
}

const MOST_COLUMNS = 12

/** Short, and only has to tell apart what stands in one graph. */
function digest(text: string): string {
  let [a, b] = [0x811c9dc5, 0x1b873593]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b)
  }
  return `${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`
}

function nodeOf(
  open: OpenSync,
  id: string,
  members: readonly string[] | undefined,
  columns: ReadonlyMap<string, number>,
): Node {
  if (!members) {
    const ref = open.ref(idOf(id))
    return { id, label: ref.name, kind: ref.kind, column: columns.get(id) ?? 0, count: 1, ref }
  }
  const [first = ''] = members
  const { kind, type } = open.ref(idOf(first))
  const word = kind === 'user' ? 'people' : `× ${typeWord(type)}`
  return {
    ...{ id, kind: 'cluster' as const, column: columns.get(first) ?? 0, count: members.length, ref: null },
    label: `${members.length.toLocaleString('en')} ${word}`,
  }
}

function mergedEdges(edges: readonly Edge[], groupOf: ReadonlyMap<string, string>): readonly Edge[] {
  const merged = new Map<string, { from: string; to: string; count: number; ends: boolean }>()
  for (const edge of edges) {
    const [from, to] = [groupOf.get(edge.from), groupOf.get(edge.to)]
    if (from === undefined || to === undefined || from === to) continue
    const name = `${from}\0${to}`
    const found = merged.get(name)
    if (found) {
      found.count += edge.count
      found.ends &&= edge.ends
    } else merged.set(name, { ...edge, from, to })
  }
  return [...merged.values()]
}
