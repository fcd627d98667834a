/** The picture of the day, who will be out, and what needs somebody. */
export const readinessStyle = `
.day { display: grid; grid-template-columns: minmax(6rem, 11rem) minmax(0, 1fr); }
.day-names p { margin: 0; height: 90px; padding-top: 10px; font-size: 12px; line-height: 20px; color: var(--soft); }
.day-names p + ol + p { height: 36px; padding-top: 6px; }
.day-names ol { list-style: none; margin: 0; padding: 0; }
.day-names li { height: 36px; padding: 2px .75rem 0 0; font-size: 13px; line-height: 16px; }
.day-names a, .day-names span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.day-names a { font-weight: 600; text-decoration: none; }
.day-names a:hover { text-decoration: underline; }
.day-names span { font-size: 12px; color: var(--soft); }
.day-svg { display: block; min-width: 44rem; font-size: 12px; overflow: hidden; }
.day-svg text { fill: var(--text); }
.day-svg .edge, .clock line { stroke: var(--rule); }
.clock line.midnight { stroke: var(--soft); }
.clock text { fill: var(--soft); text-anchor: middle; }
.clock .date { text-anchor: start; font-weight: 600; }
.clock .now, .clock .asked { font-weight: 700; fill: var(--text); }
.markets rect { fill: var(--well); }
.markets text { fill: var(--on-well); text-anchor: middle; font-weight: 600; paint-order: stroke; stroke: var(--well); stroke-width: 4px; }
.cut-offs line { stroke: var(--soft); stroke-dasharray: 2 3; }
.cut-offs text { fill: var(--soft); paint-order: stroke; stroke: var(--sheet); stroke-width: 3px; }
.day-svg text.inside { text-anchor: end; }
.bars .ground { fill: var(--sheet); rx: 3px; height: 18px; transform: translateX(5px); }
.bars text { paint-order: stroke; stroke: var(--sheet); stroke-width: 5px; stroke-linejoin: round; }
.bars .inside { fill: var(--on-key); stroke: none; }
.bars .inside.light { fill: var(--text); stroke: var(--sheet); }
.bars .bad { fill: var(--on-alert); }
.day-svg line.now { stroke: var(--text); stroke-width: 1.5; }
.day-svg line.asked { stroke: var(--text); stroke-dasharray: 5 3; }
.cross { overflow: visible; fill: none; stroke: var(--on-alert); stroke-width: 2; }
.run { rx: 3px; }
.run.lives { fill: var(--key); }
.run.ends { fill: var(--key); fill-opacity: .4; }
.run.renewed, .run.doubt, .run.over { stroke: var(--key); }
.run.doubt { fill: var(--sheet); stroke-dasharray: 5 3; stroke-width: 1.5; }
.run.over { fill: none; stroke: var(--on-alert); stroke-dasharray: 2 3; }
#hatch line { stroke: var(--key); stroke-width: 2; }
#fade stop { stop-color: var(--key); }
.day + div .legend { margin-top: .75rem; }
.day-table { margin-top: .75rem; }
.day-table h3 { font-size: .92rem; margin: 1rem 0 .35rem; }
.day-table ul { margin: 0; padding-left: 1.1rem; font-size: .92rem; }
.market-hours { list-style: none; margin: 0 0 1rem; padding: 0; }
.list-head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1rem; }
.rows > li > .send { flex: 0 1 auto; display: flex; align-items: center; gap: .5rem; }
.send code { font-size: .8rem; width: 12rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; user-select: all; background: var(--ground); border-radius: .35rem; padding: .3rem .5rem; }
.send button { flex: none; white-space: nowrap; padding: .3rem .7rem; font-size: .9rem; }
.marked .broker-mark { width: 2.1rem; height: 2.1rem; margin-top: .15rem; }
#attention h3 { font-size: .92rem; color: var(--soft); margin: 1rem 0 .25rem; }
.standing.bad .state { color: var(--on-alert); }
.head .choice { margin: 0; }
.head .choice input { width: auto; padding: .5rem .6rem; }
.state { font-size: 1.35rem; font-weight: 650; line-height: 1.3; margin: 0 0 .25rem; }
.welcome { max-width: 44rem; }
.welcome h1 { font-size: 1.75rem; letter-spacing: -.01em; margin: 1rem 0 .75rem; }
.welcome > p { font-size: 1.05rem; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: 1rem 0 0; padding: 0; }
.counts a { display: inline-flex; align-items: center; gap: .4rem; text-decoration: none; border-radius: 1rem; }
.counts strong { font-variant-numeric: tabular-nums; }
@media (max-width: 48rem) {
  .of-day td:nth-child(1)::before { content: "User"; }
  .of-day td:nth-child(2)::before, .of-groups td:nth-child(1)::before { content: "Broker"; }
  .of-day td:nth-child(3)::before { content: "Status"; }
  .of-day td:nth-child(4)::before { content: "Logged in"; }
  .of-day td:nth-child(5)::before, .of-groups td:nth-child(3)::before { content: "Ends"; }
  .of-groups td:nth-child(2)::before { content: "How many"; }
}
@media (max-width: 40rem) { .day { grid-template-columns: 6.2rem minmax(0, 1fr); } }
`;
