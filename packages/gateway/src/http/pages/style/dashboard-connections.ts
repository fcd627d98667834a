/** Lists of connections, and one of them. */
export const connectionsStyle = `
.status { display: inline-flex; align-items: center; gap: .4rem; border: 1px solid var(--rule); border-radius: 1rem; padding: .1rem .65rem .1rem .5rem; font-size: .85rem; font-weight: 550; white-space: nowrap; }
.status.good { background: var(--well); color: var(--on-well); border-color: transparent; }
.status.bad { background: var(--alert); color: var(--on-alert); border-color: transparent; }
.status::before { content: ""; box-sizing: border-box; width: .75rem; height: .75rem; background: currentColor; border-radius: 50%; forced-color-adjust: none; }
.is-login_needed::before { border-radius: 0; clip-path: polygon(50% 4%, 100% 96%, 0 96%); }
.is-unsure::before { border-radius: 0; clip-path: polygon(50% 0, 100% 50%, 50% 100%, 0 50%); }
.is-pending::before { border: 2px solid; background: linear-gradient(90deg, currentColor 50%, transparent 50%); }
.is-new::before { border: 2px dotted; background: none; }
.is-closed::before { border-radius: 0; clip-path: polygon(15% 0, 50% 35%, 85% 0, 100% 15%, 65% 50%, 100% 85%, 85% 100%, 50% 65%, 15% 100%, 0 85%, 35% 50%, 0 15%); }
.dashboard main:has(> .tools) > * { max-width: none; }
.count { font-variant-numeric: tabular-nums; color: var(--soft); font-weight: 400; }
.tools { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .75rem 1.5rem; margin: 0 0 1rem; }
.tools form { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .6rem; min-width: 0; }
.tools input { width: 17rem; max-width: 100%; padding: .5rem .6rem; }
.tools ::placeholder { color: var(--soft); opacity: 1; }
.tools select { padding: .5rem .6rem; max-width: 13rem; }
.tools form > button { width: auto; margin: 0; padding: .5rem .8rem; }
.of-connections td:first-child { font-weight: 600; }
.of-connections td:nth-child(2) { position: relative; padding-left: 2.75rem; }
.of-connections .broker-mark { position: absolute; left: 0; top: .65rem; width: 2.1rem; height: 2.1rem; }
.of-connections td p { margin: .3rem 0 0; }
.turning { justify-content: space-between; margin-top: 1rem; }
.crumbs { font-size: .9rem; color: var(--soft); margin: 0 0 .5rem; overflow-wrap: anywhere; }
.of-connection { justify-content: flex-start; }
.of-connection > div { min-width: 0; flex: 0 1 auto; margin-right: auto; }
.of-connection > div p { margin: 0; }
.of-connection > .said { flex: 1 0 100%; margin: .25rem 0 0; background: var(--sheet); border: 1px solid var(--rule); }
.of-connection > .said.bad { background: var(--alert); border-color: transparent; }
.beside { display: grid; gap: 1rem; margin: 0 0 1rem; align-items: start; }
.beside > section { margin: 0; min-width: 0; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: 1rem 1.25rem; margin: 0; }
.facts .whole { grid-column: 1 / -1; }
.facts dt { color: var(--soft); font-size: .85rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.week { display: block; width: 100%; height: 3.5rem; }
.day-lines, .now-line, .renewals, .cut-mark { fill: none; vector-effect: non-scaling-stroke; }
.day-lines { stroke: var(--rule); }
.now-line { stroke: var(--text); stroke-dasharray: 3 3; }
.renewals { stroke: var(--soft); stroke-width: 1.5; }
.cut-mark { stroke: var(--on-alert); stroke-width: 2.5; }
.span { vector-effect: non-scaling-stroke; fill: var(--soft); stroke: var(--sheet); stroke-width: 1; }
.span.lives { fill: var(--key); }
.span.cut { fill: var(--alert); stroke: var(--on-alert); }
.span.closed { fill: var(--sheet); stroke: var(--soft); stroke-width: 1.5; }
.span.planned { fill: none; stroke: var(--key); stroke-width: 1.5; stroke-dasharray: 4 3; }
.doubt { fill: var(--sheet); }
.week-days { display: grid; grid-template-columns: repeat(7, 1fr); list-style: none; margin: .25rem 0 .75rem; padding: 0; font-size: .78rem; color: var(--soft); }
.week-days .today { color: var(--text); font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; list-style: none; margin: 0 0 .75rem; padding: 0; font-size: .85rem; color: var(--soft); }
.legend li { display: flex; align-items: center; gap: .45rem; }
h2 .soft { font-weight: 400; }
.stacked td { overflow-wrap: anywhere; }
.even .told li { grid-template-columns: 1fr; }
@media (max-width: 58rem) {
  .stacked thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stacked, .stacked tbody, .stacked tr { display: block; }
  .stacked tr { padding: .75rem 0; border-top: 1px solid var(--rule); }
  .stacked tbody tr:first-child { border-top: 0; padding-top: .25rem; }
  .stacked td { display: block; border: 0; padding: .15rem 0 .15rem 6.5rem; min-height: 1.8rem; position: relative; }
  .stacked td::before { content: attr(data-label); position: absolute; left: 0; width: 6rem; color: var(--soft); font-weight: 400; }
  .of-connections td:first-child { padding-left: 0; font-size: 1.05rem; }
  .of-connections td:nth-child(2) { padding: .3rem 0 .3rem 9.25rem; }
  .of-connections .broker-mark { left: 6.5rem; top: .4rem; }
  .of-connections td:nth-child(2)::before { content: "Broker"; }
  .of-connections td:nth-child(3)::before { content: "Account"; }
  .of-connections td:nth-child(4)::before { content: "Status"; }
  .of-connections td:nth-child(5)::before { content: "Ends"; }
  .of-connections td:nth-child(6)::before { content: "Last call"; }
}
@media (min-width: 58.01rem) {
  .of-connections { table-layout: fixed; }
  .of-connections th:nth-child(n+4) { width: 21%; }
  .of-connections th:nth-child(2) { width: 18%; }
  .of-connections th:nth-child(3) { width: 12%; }
  .of-connections th:nth-child(6) { width: 9%; }
}
@media (max-width: 40rem) {
  .week-days span { display: block; }
  .tools form { width: 100%; flex-wrap: nowrap; }
  .tools input, .tools ::placeholder { color: var(--soft); opacity: 1; }
.tools select { flex: 1 1 0; min-width: 0; max-width: none; }
}
@media (min-width: 64rem) {
  .beside:has(> :nth-child(2)) { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
  .beside.even { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
}
`;
