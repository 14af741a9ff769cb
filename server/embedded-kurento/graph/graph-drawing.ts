import { type GraphElement, type MediaGraph, type MediaType, mediaTypes } from './media-graph.ts';

/**
 * Draws elements, their connections and the routing of hubs in the Graphviz language.
 * @see https://graphviz.org/doc/info/lang.html
 */
export function drawGraph<E extends GraphElement<E>>(graph: MediaGraph<E>, elements: Iterable<E>): string {
  const nodes = new Set<E>(elements);
  const links = new Map<E, Map<E, MediaType[]>>();
  const draw = (source: E, sink: E, type: MediaType): void => {
    const sinks = links.get(source) ?? new Map<E, MediaType[]>();
    const types = sinks.get(sink) ?? [];
    // A connection between two of the elements is seen from both of its ends.
    if (!types.includes(type)) types.push(type);
    links.set(source, sinks.set(sink, types));
  };
  for (const type of mediaTypes) {
    for (const element of [...nodes]) {
      for (const sink of graph.sinksOf(element, type)) draw(element, sink, type);
      const source = graph.sourceOf(element, type);
      if (source !== null) draw(source, element, type);
    }
  }
  for (const [source, sinks] of links) for (const node of [source, ...sinks.keys()]) nodes.add(node);
  return [
    'digraph pipeline {',
    ...[...nodes].map(({ id }) => `  "${lastPart(id)}" [label="${className(id)}"];`),
    ...[...links].flatMap(([source, sinks]) => [...sinks].map(([sink, types]) => line(source, sink, types.join(' ')))),
    ...[...nodes].flatMap((node) => {
      const inlet = node.relay?.inlet ?? null;
      return inlet === null || inlet === node ? [] : [line(inlet, node, 'hub', 'dashed')];
    }),
    '}\n',
  ].join('\n');
}

function line(source: { id: string }, sink: { id: string }, label: string, style = 'solid'): string {
  return `  "${lastPart(source.id)}" -> "${lastPart(sink.id)}" [label="${label}", style=${style}];`;
}

/** Ids are paths; the last part is just as unique, and readable. */
function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function className(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1);
}
