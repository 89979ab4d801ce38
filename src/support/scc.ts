/** Strongly connected components of a graph, callees first. */

/**
 * Tarjan's algorithm ("Depth-first search and linear graph algorithms", 1972), without recursion.
 * Components come in reverse topological order: what a component points to stands before it.
 */
export function components(
  size: number,
  successors: (node: number) => readonly number[],
): number[][] {
  const index = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const onStack = new Uint8Array(size);
  const stack: number[] = [];
  const result: number[][] = [];
  let next = 0;
  for (let root = 0; root < size; root++) {
    if (index[root] !== -1) continue;
    const frames: { node: number; edges: readonly number[]; at: number }[] = [];
    const open = (node: number): void => {
      index[node] = low[node] = next++;
      onStack[node] = 1;
      stack.push(node);
      frames.push({ node, edges: successors(node), at: 0 });
    };
    open(root);
    while (frames.length > 0) {
      const frame = frames.at(-1)!;
      const { node } = frame;
      if (frame.at < frame.edges.length) {
        const to = frame.edges[frame.at++]!;
        if (index[to] === -1) open(to);
        else if (onStack[to]) low[node] = Math.min(low[node]!, index[to]!);
        continue;
      }
      frames.pop();
      const above = frames.at(-1);
      if (above) low[above.node] = Math.min(low[above.node]!, low[node]!);
      if (low[node] !== index[node]) continue;
      const component: number[] = [];
      for (;;) {
        const member = stack.pop()!;
        onStack[member] = 0;
        component.push(member);
        if (member === node) break;
      }
      result.push(component.sort((a, b) => a - b));
    }
  }
  return result;
}
