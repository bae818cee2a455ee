/** Groups of nodes each of which can be reached from each other one. */
export interface Components {
  /** Nodes of each component, ascending. A component has a higher number than all that can be reached from it. */
  readonly members: readonly (readonly number[])[]
  /** The component of a node. */
  of(node: number): number
}

const NONE = -1

/**
 * The strongly connected components of the nodes 0 to `count` - 1.
 *
 * Source: Tarjan, Depth-first search and linear graph algorithms (1972).
 * Why: without recursion, because a chain of groups may be as long as a tenant likes.
 */
export function findComponents(
  count: number,
  edges: Iterable<{ readonly source: number; readonly target: number }>,
): Components {
  const targets: number[][] = Array.from({ length: count }, () => [])
  for (const { source, target } of edges) targets[source]?.push(target)
  const search = new Search(targets)
  for (let node = 0; node < count; node++) search.from(node)
  const { members, component } = search
  return { members, of: (node) => component[node] ?? NONE }
}

class Search {
  readonly members: number[][] = []
  readonly component: Int32Array
  readonly #targets: readonly (readonly number[])[]
  readonly #found: Int32Array
  readonly #lowest: Int32Array
  /** How many targets of a node were looked at. */
  readonly #seen: Int32Array
  readonly #open: number[] = []
  #time = 0

  constructor(targets: readonly (readonly number[])[]) {
    this.#targets = targets
    this.component = new Int32Array(targets.length).fill(NONE)
    this.#found = new Int32Array(targets.length).fill(NONE)
    this.#lowest = new Int32Array(targets.length)
    this.#seen = new Int32Array(targets.length)
  }

  from(root: number): void {
    if (this.#found[root] !== NONE) return
    const path = [root]
    this.#enter(root)
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const next = this.#targets[node]?.[this.#seen[node] ?? 0]
      if (next === undefined) {
        path.pop()
        this.#leave(node, path.at(-1))
        continue
      }
      this.#seen[node] = (this.#seen[node] ?? 0) + 1
      if (this.#found[next] === NONE) {
        path.push(next)
        this.#enter(next)
      } else if (this.component[next] === NONE) this.#lower(node, this.#found[next] ?? 0)
    }
  }

  #enter(node: number): void {
    this.#found[node] = this.#time
    this.#lowest[node] = this.#time++
    this.#open.push(node)
  }

  #leave(node: number, parent: number | undefined): void {
    if (this.#lowest[node] === this.#found[node]) this.#close(node)
    if (parent !== undefined) this.#lower(parent, this.#lowest[node] ?? 0)
  }

  #close(first: number): void {
    const members = this.#open.splice(this.#open.lastIndexOf(first)).sort((a, b) => a - b)
    for (const node of members) this.component[node] = this.members.length
    this.members.push(members)
  }

  #lower(node: number, to: number): void {
    this.#lowest[node] = Math.min(this.#lowest[node] ?? 0, to)
  }
}
