import type { Core, ElementDefinition, StylesheetJson } from 'cytoscape'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Graph } from '../../server/answers.ts'
import { api, useAnswer } from '../api.ts'
import { go, hrefTo } from '../router.ts'
import { Answer, Empty } from './states.tsx'
import { plural, RefLink } from './text.tsx'

export interface PathGraphProps {
  readonly where: { readonly file?: string; readonly sync?: string }
  readonly objectKey: string
  readonly side: 'holders' | 'access'
}

/** The ways as a graph from left to right. What is alike is one node; a click, or its button, opens it. */
export function PathGraph({ where, objectKey: key, side }: PathGraphProps) {
  const [opened, setOpened] = useState<readonly string[]>([])
  useEffect(() => setOpened([]), [key, side])
  const graph = useAnswer(JSON.stringify([where, key, side, opened]), (options) =>
    api.graph.$get({ query: { ...where, key, side, open: opened.join(',') } }, options),
  )
  const open = (id: string): void => setOpened((before) => [...before, id])
  return (
    <Answer of={graph} what="the ways">
      {(answer) =>
        answer.edges.length === 0 ? (
          <Empty>{side === 'holders' ? 'Nobody reaches it.' : 'It reaches nothing.'}</Empty>
        ) : (
          <>
            <p role="status">
              {plural(answer.total, 'connection')}
              {answer.nodes.some(({ kind }) => kind === 'cluster') && '; what is alike stands together'}. Drag to move,
              scroll to zoom.
            </p>
            <Drawing graph={answer} center={key} onOpen={open} />
            <AsText graph={answer} onOpen={open} onClose={opened.length > 0 ? () => setOpened([]) : undefined} />
          </>
        )
      }
    </Answer>
  )
}

interface AsTextProps {
  readonly graph: Graph
  readonly onOpen: (id: string) => void
  readonly onClose: (() => void) | undefined
}

/** The same as text, for people who cannot see or use the drawing. */
function AsText({ graph, onOpen, onClose }: AsTextProps) {
  const clusters = graph.nodes.filter(({ kind }) => kind === 'cluster')
  return (
    <>
      <p class="bar">
        {clusters.map(({ id, label }) => (
          <button key={id} type="button" onClick={() => onOpen(id)}>
            Open {label}
          </button>
        ))}
        {onClose && (
          <button type="button" onClick={onClose}>
            Put together again
          </button>
        )}
      </p>
      <details>
        <summary>Nodes as a list</summary>
        <ul class="columns">
          {graph.nodes.map(({ id, ref, label }) => (
            <li key={id}>{ref ? <RefLink of={ref} withType /> : label}</li>
          ))}
        </ul>
      </details>
    </>
  )
}

const COLUMN_PX = 260
const ROW_PX = 56

/** Columns from left to right, each centred; in a column what is connected alike stands near. */
function placed(graph: Graph): ElementDefinition[] {
  const rows = new Map<string, number>()
  const columns = [...Map.groupBy(graph.nodes, ({ column }) => column)].sort(([a], [b]) => a - b)
  const near = (id: string): number => {
    const sides = graph.edges.flatMap(({ from, to }) => (to === id ? [from] : from === id ? [to] : []))
    const known = sides.flatMap((side) => rows.get(side) ?? [])
    return known.length === 0 ? 0 : known.reduce((a, b) => a + b, 0) / known.length
  }
  const few = graph.edges.length <= 400
  const nodes = columns.flatMap(([column, members]) => {
    const sorted = few
      ? members
          .map((node) => ({ node, at: near(node.id) }))
          .sort((a, b) => a.at - b.at)
          .map(({ node }) => node)
      : members
    // A column of thousands is a block of many rows.
    const wide = Math.ceil(sorted.length / 60)
    return sorted.map((node, i): ElementDefinition => {
      const y = (Math.floor(i / wide) - (Math.ceil(sorted.length / wide) - 1) / 2) * ROW_PX
      rows.set(node.id, y)
      return {
        data: { id: node.id, label: node.label, key: node.ref?.key ?? '' },
        classes: `${node.kind} ${node.ref?.status ?? ''}`,
        position: { x: column * COLUMN_PX + (i % wide) * 130, y },
      }
    })
  })
  const edges = graph.edges.map(({ from, to, count, ends }): ElementDefinition => ({
    data: { id: `${from}\0${to}`, source: from, target: to, width: Math.min(8, 1 + Math.log2(count)) },
    classes: ends ? 'ends' : '',
  }))
  return [...nodes, ...edges]
}

function styleOf(place: Element): StylesheetJson {
  const style = getComputedStyle(place)
  const color = (name: string): string => style.getPropertyValue(name).trim()
  return [
    {
      selector: 'node',
      style: {
        label: 'data(label)',
        'font-size': 12,
        'min-zoomed-font-size': 7,
        color: color('--text'),
        'text-valign': 'bottom',
        'text-margin-y': 4,
        'text-max-width': '150px',
        'text-wrap': 'ellipsis',
        width: 18,
        height: 18,
        'background-color': color('--c4'),
      },
    },
    { selector: '.user', style: { 'background-color': color('--c1') } },
    { selector: '.group', style: { 'background-color': color('--c2'), shape: 'round-rectangle' } },
    { selector: '.role', style: { 'background-color': color('--c3'), shape: 'diamond' } },
    { selector: '.other', style: { shape: 'rectangle' } },
    {
      selector: '.cluster',
      style: { shape: 'round-octagon', width: 28, height: 28, 'border-width': 2, 'border-color': color('--accent') },
    },
    { selector: '.disabled', style: { opacity: 0.5 } },
    { selector: '.center', style: { 'border-width': 3, 'border-color': color('--accent'), 'font-weight': 'bold' } },
    {
      selector: 'edge',
      style: {
        width: 'data(width)',
        'line-color': color('--line-strong'),
        'target-arrow-color': color('--line-strong'),
        'target-arrow-shape': 'triangle',
        'arrow-scale': 0.8,
        'curve-style': 'haystack',
      },
    },
    { selector: '.ends', style: { 'line-style': 'dashed' } },
  ]
}

interface DrawingProps {
  readonly graph: Graph
  readonly center: string
  readonly onOpen: (id: string) => void
}

function Drawing({ graph, center, onOpen }: DrawingProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let core: Core | undefined
    let isGone = false
    void draw()
    return () => {
      isGone = true
      core?.destroy()
    }

    async function draw(): Promise<void> {
      const { default: cytoscape } = await import('cytoscape')
      const container = place.current
      if (isGone || !container) return
      core = cytoscape({
        container,
        elements: placed(graph),
        style: styleOf(container),
        layout: { name: 'preset' },
        minZoom: 0.05,
        maxZoom: 3,
        // Many edges are left out while the picture moves, so that it follows the hand.
        hideEdgesOnViewport: graph.edges.length > 1_500,
        textureOnViewport: graph.edges.length > 500,
        pixelRatio: 1,
      })
      core.getElementById(center).addClass('center')
      core.fit(undefined, 30)
      if (core.zoom() > 1.2)
        core.zoom({ level: 1.2, renderedPosition: { x: container.clientWidth / 2, y: container.clientHeight / 2 } })
      core.on('tap', 'node', ({ target }: { readonly target: { data(name: string): unknown } }) => {
        const key = String(target.data('key'))
        if (key === '') onOpen(String(target.data('id')))
        else if (key !== center) go(hrefTo(['object', key], { show: 'graph' }))
      })
    }
  }, [graph])
  return (
    <div
      ref={place}
      class="graph"
      role="img"
      aria-label={`Graph of ${plural(graph.nodes.length, 'node')} and ${plural(graph.edges.length, 'edge')}; the same stands in the list below`}
    />
  )
}
