/** Lists of connections, and one of them. */
export const connectionsStyle = `
.status { display: inline-flex; align-items: center; gap: .4rem; border: 1px solid var(--rule); border-radius: 1rem; padding: .1rem .6rem .1rem .5rem; font-size: .85rem; font-weight: 550; white-space: nowrap; }
.status.good { background: var(--well); color: var(--on-well); border-color: transparent; }
.status.bad { background: var(--alert); color: var(--on-alert); border-color: transparent; }
.status svg { flex: none; fill: currentColor; stroke-linecap: round; stroke-linejoin: round; stroke-width: 1.5; }
.status .line { fill: none; stroke: currentColor; }
.status .cut { fill: none; stroke: var(--sheet); }
.status.good .cut { stroke: var(--well); }
.status.bad .cut { stroke: var(--alert); }
`;
